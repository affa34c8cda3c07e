import ArgumentParser
import PatchbayJSON
import PatchbaySchemas

struct ExprSchema: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Hold data against a JSON Schema (draft 2020-12).",
        discussion: """
            The expression is the schema. Prints what does not fit, with JSON pointers; exit status 1 when anything does not.

            A line: {"schema", "data", "documents"?: {uri: schema}, "formats"?}. Its answer: {"valid", "errors": [{"instanceLocation", "keywordLocation", "error"}]} or \
            {"error": {"message"}}.
            """)

    @OptionGroup var options: ExprOptions
    @OptionGroup var data: ExprInput

    @Option(
        help: """
            Schemas that references may lead to, as URI=PATH of a file, or of a folder whose files are below the URI. Also \
            from PATCHBAY_SCHEMA_DOCUMENTS.
            """)
    var documents: [String] = []

    func run() throws {
        let known = try SchemaFiles.read(documents + SchemaFiles.ofEnvironment)
        try options.run {
            SchemaLine.answer($0, documents: known)
        } request: { text in
            ["schema": try ExprInput.parse(Array(text.utf8), what: "the schema"), "data": try data.read()]
        } show: { answer in
            let errors = answer["errors"]?.array ?? []
            return errors.isEmpty ? "valid" : errors.map(Self.sentence).joined(separator: "\n")
        }
    }

    private static func sentence(_ error: JSON) -> String {
        let place = error["instanceLocation"]?.string ?? ""
        return (place.isEmpty ? "/" : place) + ": " + (error["error"]?.string ?? "")
            + (error["hint"]?.string.map { " (\($0))" } ?? "")
    }
}
