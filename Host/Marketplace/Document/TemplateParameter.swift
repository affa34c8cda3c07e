import PatchbayCore
package import PatchbayJSON

/// A value that whoever installs a template may choose; `{{ parameters.<name> }}` in the workflow.
package struct TemplateParameter: Sendable, Equatable {
    package var name: String
    package var title: String
    package var about: String
    /// JSON Schema 2020-12 of the value.
    package var schema: JSON
    /// Nil: a value must be given.
    package var standard: JSON?

    package init(name: String, title: String = "", about: String = "", schema: JSON = true, standard: JSON? = nil) {
        self.name = name
        self.title = title
        self.about = about
        self.schema = schema
        self.standard = standard
    }

    package var json: JSON {
        var json: JSONObject = ["name": .string(name)]
        if !title.isEmpty { json["title"] = .string(title) }
        if !about.isEmpty { json["description"] = .string(about) }
        json["schema"] = schema
        if let standard { json["default"] = standard }
        return .object(json)
    }

    /// What the workflow is tried with: the default, or something that the schema names or is like.
    package var sample: JSON {
        if let standard { return standard }
        if let first = schema["examples"]?.array?.first ?? schema["const"] ?? schema["enum"]?.array?.first {
            return first
        }
        switch schema["type"]?.string {
        case "integer", "number": return schema["minimum"] ?? 1
        case "boolean": return true
        case "array": return []
        case "object": return [:]
        default: return "sample"
        }
    }

    static func read(_ reader: inout MemberReader) -> TemplateParameter? {
        reader.refuseUnknown(known: ["name", "title", "description", "schema", "default"])
        let name = reader.text("name", required: true, limit: 64)
        let title = reader.text("title")
        let about = reader.text("description", limit: 2_000)
        let schema = reader.object["schema"] ?? true
        if let name, !isName(name) {
            reader.report(
                "bad-value", at: "name", "\(name.quoted) is no name of a parameter",
                hint: "write letters, digits and _, with a letter first: expressions read parameters.<name>")
        }
        guard let name else { return nil }
        return TemplateParameter(
            name: name, title: title ?? "", about: about ?? "", schema: schema, standard: reader.object["default"])
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (0x41...0x5A).contains(first & 0xDF) else { return false }
        return name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || $0 == 0x5F
        }
    }
}
