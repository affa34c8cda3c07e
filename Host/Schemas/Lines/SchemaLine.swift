import PatchbayCore
package import PatchbayJSON

/// `{"schema", "data", "documents"?, "formats"?}` → `{"valid", "errors"}`, or `{"error": {"message"}}` for what is no
/// schema. `documents` holds what references may lead to, by URI.
package enum SchemaLine {
    /// - Parameter documents: further ones, known to every line.
    package static func answer(_ line: JSON, documents: SchemaDocuments = SchemaDocuments()) -> JSON {
        guard let schema = line["schema"], let data = line["data"] else {
            return ["error": ["message": "the line lacks \"schema\" or \"data\""]]
        }
        var known = documents
        for member in line["documents"]?.object ?? [:] { known.add(member.value, at: member.name) }
        let formats: FormatChecking = line["formats"]?.bool == true ? .assertion : .annotation
        do throws(SchemaError) {
            let violations = try Schema(schema, documents: known, formats: formats).validate(data)
            return ["valid": .bool(violations.isEmpty), "errors": .array(violations.map(\.json))]
        } catch {
            return ["error": ["message": .string(error.description)]]
        }
    }
}
