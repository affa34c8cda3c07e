import DeclarativeFormat
import PatchbayJSON

/// Builds a connector without a compiler: a copy of the generic library with the document in it.
struct DeclarativeBuild: Sendable {
    let project: ConnectorProject
    let development: Int?

    func run() throws(AuthoringError) -> String {
        let file =
            DocumentFile.names.first { AuthoringFiles.exists(project.folder + "/" + $0) } ?? DocumentFile.names[0]
        let bytes = try AuthoringFiles.read(project.folder + "/" + file)
        var json = try YAMLReading.read(bytes, name: file)
        if let development, var object = json.object, let version = object["version"]?.string {
            object["version"] = .string(DevelopmentVersion.text(of: version, number: development))
            json = .object(object)
        }
        let document = try DocumentChecks.read(json)
        let library = try AuthoringFiles.read(try GenericLibrary.find())
        let filled = try DocumentSlot.fill(library, with: json.bytes())
        let path = "\(project.output)/lib\(document.id).so"
        try AuthoringFiles.write(filled, to: path)
        return path
    }
}

/// The file that a connector without code is written in.
enum DocumentFile {
    static let names = ["connector.yaml", "connector.yml", "connector.json"]

    /// Whether a `connector.json` is such a document, rather than the declaration of a connector in C.
    static func isDocument(_ path: String) -> Bool {
        guard let bytes = try? AuthoringFiles.read(path), let json = try? JSON(parsing: bytes) else { return false }
        return json["declarative"] != nil
    }
}
