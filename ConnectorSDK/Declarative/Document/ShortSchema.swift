import PatchbayJSON

/// Schemas as people like to write them: a type's word, or members by their names.
///
/// `id: string`, `note: string?` (not required), `tags: string[]`; a member may be a JSON Schema, with `required: false` or a
/// default when it is not required. Whatever has `type: object`, `properties` or `$ref` is a JSON Schema already.
enum ShortSchema {
    private static let words = ["string", "integer", "number", "boolean", "object", "array", "any"]
    private static let need =
        "`string`, `integer`, `number`, `boolean`, `object`, `array` or `any`, with `?` when it is not required and `[]` for an array of them, or a JSON Schema"

    /// Of an object: an input, or the settings.
    static func object(_ node: DocumentNode, _ findings: inout DocumentFindings) -> JSON {
        guard let members = node.value.object else {
            findings.problem(node.pointer, "is \(findings.shown(node.value))", need: "an object of members")
            return ["type": "object"]
        }
        if isSchema(members) {
            if members["type"]?.string != "object" {
                findings.problem(node.pointer, "describes no object", need: "`type: object`")
            }
            return node.value
        }
        var properties = JSONObject()
        var required: [JSON] = []
        for (name, inner) in node.members {
            let (schema, isRequired) = member(inner, &findings)
            properties[name] = schema
            if isRequired { required.append(.string(name)) }
        }
        var schema: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { schema["required"] = .array(required) }
        schema["additionalProperties"] = false
        return .object(schema)
    }

    /// Of anything: an output.
    static func anything(_ node: DocumentNode, _ findings: inout DocumentFindings) -> JSON {
        switch node.value {
        case .bool(true): return true
        case .string: return member(node, &findings).schema
        case .object(let members):
            if isSchema(members) || members["type"]?.string.map(isWord) == true || members.isEmpty { return node.value }
            guard case .object(var schema) = object(node, &findings) else { return true }
            // Vendors add members whenever they like.
            schema["additionalProperties"] = nil
            return .object(schema)
        default:
            findings.problem(node.pointer, "is \(findings.shown(node.value))", need: "a JSON Schema")
            return true
        }
    }

    private static func isSchema(_ members: JSONObject) -> Bool {
        members["type"]?.string == "object" || members["$ref"]?.string != nil
            || members["type"]?.array != nil || hasProperties(members)
            || ["allOf", "anyOf", "oneOf"].contains { members[$0]?.array != nil }
    }

    /// Rather than a member of that name, whose `type` would be a word.
    private static func hasProperties(_ members: JSONObject) -> Bool {
        guard let properties = members["properties"], properties.object != nil else { return false }
        return properties["type"]?.string == nil && properties["type"]?.array == nil
    }

    private static func isWord(_ text: String) -> Bool { words.contains(text) }

    private static func member(
        _ node: DocumentNode, _ findings: inout DocumentFindings
    ) -> (schema: JSON, isRequired: Bool) {
        switch node.value {
        case .string(let text):
            guard let (schema, isRequired) = read(word: text) else {
                findings.problem(node.pointer, "is `\(text.prefix(60))`", need: need)
                return (true, false)
            }
            return (.object(schema), isRequired)
        case .object(var members):
            let said = members["required"]?.bool
            if said != nil { members["required"] = nil }
            var isOptional = members["default"] != nil
            if let text = members["type"]?.string {
                guard let (schema, isRequired) = read(word: text) else {
                    findings.problem(node.pointer.appending("type"), "is `\(text.prefix(60))`", need: need)
                    return (true, false)
                }
                isOptional = isOptional || !isRequired
                members["type"] = nil
                for member in schema { members[member.name] = members[member.name] ?? member.value }
            }
            return (.object(members), said ?? !isOptional)
        case .bool(true): return (true, true)
        default:
            findings.problem(node.pointer, "is \(findings.shown(node.value))", need: need)
            return (true, false)
        }
    }

    private static func read(word text: String) -> (schema: JSONObject, isRequired: Bool)? {
        var text = text[...]
        let isOptional = text.hasSuffix("?")
        if isOptional { text = text.dropLast() }
        let isArray = text.hasSuffix("[]")
        if isArray { text = text.dropLast(2) }
        guard words.contains(String(text)) else { return nil }
        let inner: JSONObject = text == "any" ? [:] : ["type": .string(String(text))]
        return (isArray ? ["type": "array", "items": .object(inner)] : inner, !isOptional)
    }
}
