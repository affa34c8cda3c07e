import FoundationEssentials
import PatchbayJSON
import PatchbaySchemas

/// Schemas that a person keeps in files, for references to lead to.
enum SchemaFiles {
    /// What `PATCHBAY_SCHEMA_DOCUMENTS` names, `URI=PATH`.
    static var ofEnvironment: [String] {
        ProcessInfo.processInfo.environment["PATCHBAY_SCHEMA_DOCUMENTS"].map { $0.isEmpty ? [] : [$0] } ?? []
    }

    static func read(_ places: [String]) throws -> SchemaDocuments {
        var documents = SchemaDocuments()
        for place in places {
            guard let equals = place.firstIndex(of: "="), equals != place.startIndex else {
                throw CommandFailure("`\(place)` names no schemas; write URI=PATH.")
            }
            let (uri, path) = (String(place[..<equals]), String(place[place.index(after: equals)...]))
            var isFolder = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw CommandFailure("\(path) cannot be read: there is no such file.")
            }
            guard isFolder else {
                documents.add(try document(path), at: uri)
                continue
            }
            let base = uri.hasSuffix("/") ? uri : uri + "/"
            for name in try FileManager.default.subpathsOfDirectory(atPath: path).sorted() where name.hasSuffix(".json")
            {
                documents.add(try document(path + "/" + name), at: base + name)
            }
        }
        return documents
    }

    private static func document(_ path: String) throws -> JSON {
        try ExprInput.parse(try TextFile.read(path), what: path)
    }
}
