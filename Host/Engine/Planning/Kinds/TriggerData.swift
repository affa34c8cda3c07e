import PatchbayCore
import PatchbayJSON
import PatchbaySchemas

/// What a trigger says of the data that it starts runs with: `"schema"`, a JSON Schema of the body, or `"sample"`, a body such
/// as it may come. Expressions are checked against it.
enum TriggerData {
    static let members = [
        MemberSchema(
            "schema", "Schema", "A JSON Schema (draft 2020-12) of the body that runs are started with.",
            ValueShape(["type": ["object", "boolean"]]),
            examples: [["type": "object", "properties": ["order": ["type": "integer"]]]]),
        MemberSchema(
            "sample", "Sample", "A body such as it may come; expressions are checked against it.", .anything,
            examples: [["order": 1]]),
    ]

    static func read(_ reader: inout MemberReader) {
        guard let schema = reader.object["schema"] else { return }
        do throws(SchemaError) {
            _ = try Schema(schema)
        } catch {
            reader.report(
                "bad-schema", at: "schema", "\"schema\" of \(reader.subject) is no JSON Schema: \(error)",
                hint: "write one of draft 2020-12, such as {\"type\": \"object\", \"properties\": {…}}")
        }
    }
}
