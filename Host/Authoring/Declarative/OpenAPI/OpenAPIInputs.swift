import DeclarativeFormat
import PatchbayJSON

/// The inputs of one action, gathered from parameters and body, with schemas that stand alone.
struct OpenAPIInputs {
    private let references: OpenAPIReferences
    private var properties = JSONObject()
    private var required: [JSON] = []
    /// Schemas that may still be taken over: deep ones are cut, and say nothing from there on.
    private var left = 600
    private static let deepest = 6

    init(_ references: OpenAPIReferences) { self.references = references }

    var isEmpty: Bool { properties.isEmpty }

    var schema: JSON {
        var schema: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { schema["required"] = .array(required) }
        schema["additionalProperties"] = false
        return .object(schema)
    }

    /// Answers the input's name.
    mutating func add(_ name: String, _ schema: JSON, _ about: String?, isRequired: Bool, place: String) -> String {
        let base = OpenAPIName.member(name)
        var (known, number) = (base, 2)
        if properties[known] != nil { known = "\(base)_\(place)" }
        while properties[known] != nil {
            known = "\(base)_\(number)"
            number += 1
        }
        var made = translated(schema, depth: 0).object ?? [:]
        if made["description"] == nil {
            made["description"] = OpenAPIDocument.line(about, longest: 300).map(JSON.string)
        }
        properties[known] = .object(made)
        if isRequired { required.append(.string(known)) }
        return known
    }

    /// Answers the template of the body: an object whose members are inputs, or one input.
    mutating func add(body schema: JSON, isRequired: Bool) -> JSON {
        let members = self.properties(of: schema)
        guard !members.isEmpty, !hasOthers(schema) else {
            let name = add("body", schema, "The request's body.", isRequired: isRequired, place: "body")
            return .string("{{ input.\(name) }}")
        }
        let needed = isRequired ? self.needed(of: schema) : []
        var template = JSONObject()
        for member in members {
            if references.resolved(member.value)["readOnly"]?.bool == true { continue }
            let name = add(member.name, member.value, nil, isRequired: needed.contains(member.name), place: "body")
            template[member.name.hasPrefix("$each") || member.name == "$as" ? member.name + " " : member.name] =
                .string("{{ input.\(name) }}")
        }
        return .object(template)
    }

    /// `array`, `object`, another type's word, or empty.
    func kind(of schema: JSON) -> String {
        let schema = references.resolved(schema)
        if let kind = schema["type"]?.string { return kind }
        if let kinds = schema["type"]?.array { return kinds.compactMap(\.string).first { $0 != "null" } ?? "" }
        if schema["properties"] != nil { return "object" }
        if schema["items"] != nil { return "array" }
        for part in schema["allOf"]?.array ?? [] {
            let kind = kind(ofPart: part)
            if !kind.isEmpty { return kind }
        }
        return ""
    }

    private func kind(ofPart part: JSON) -> String {
        let part = references.resolved(part)
        return part["type"]?.string ?? (part["properties"] != nil ? "object" : "")
    }

    /// Members of an object's schema, those of `allOf` included.
    func properties(of schema: JSON, depth: Int = 0) -> JSONObject {
        let schema = references.resolved(schema)
        var members = schema["properties"]?.object ?? [:]
        guard depth < Self.deepest else { return members }
        for part in schema["allOf"]?.array ?? [] {
            for member in properties(of: part, depth: depth + 1) where members[member.name] == nil {
                members[member.name] = member.value
            }
        }
        return members
    }

    private func needed(of schema: JSON, depth: Int = 0) -> Set<String> {
        let schema = references.resolved(schema)
        var names = Set((schema["required"]?.array ?? []).compactMap(\.string))
        guard depth < Self.deepest else { return names }
        for part in schema["allOf"]?.array ?? [] { names.formUnion(needed(of: part, depth: depth + 1)) }
        return names
    }

    /// Whether the body may be something that its named members do not tell.
    private func hasOthers(_ schema: JSON) -> Bool {
        let schema = references.resolved(schema)
        return schema["oneOf"] != nil || schema["anyOf"] != nil || schema["type"]?.string == "array"
    }

    // MARK: Schemas

    private static let plain: Set<String> = [
        "format", "minimum", "maximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems",
        "minProperties", "maxProperties",
    ]

    /// OpenAPI's dialect as JSON Schema 2020-12, without references: cut where it gets too deep or too long.
    private mutating func translated(_ given: JSON, depth: Int) -> JSON {
        left -= 1
        guard left > 0, depth < Self.deepest else { return [:] }
        let schema = references.resolved(given)
        guard let members = schema.object else { return [:] }
        var result = JSONObject()
        let isNullable = members["nullable"]?.bool == true
        for member in members {
            switch member.name {
            case "type": result["type"] = typeWord(member.value, isNullable: isNullable)
            case "description":
                result["description"] = OpenAPIDocument.line(member.value.string, longest: 300).map(JSON.string)
            case "enum":
                guard let choices = member.value.array, !choices.isEmpty, choices.count <= 200 else { break }
                result["enum"] = .array(
                    isNullable && !choices.contains(where: \.isNull) ? choices + [.null] : unrepeated(choices))
            case "const": result["const"] = member.value
            case "items": result["items"] = translated(member.value, depth: depth + 1)
            case "properties":
                var inner = JSONObject()
                for property in member.value.object ?? [:] {
                    guard references.resolved(property.value)["readOnly"]?.bool != true else { continue }
                    inner[property.name] = translated(property.value, depth: depth + 1)
                }
                result["properties"] = .object(inner)
            case "required": break
            case "oneOf", "anyOf", "allOf":
                let parts = member.value.array ?? []
                guard !parts.isEmpty, parts.count <= 30 else { break }
                // `oneOf` in descriptions rarely keeps its parts apart.
                let word = member.name == "oneOf" ? "anyOf" : member.name
                guard result[word] == nil else { break }
                result[word] = .array(parts.map { translated($0, depth: depth + 1) })
            case "additionalProperties":
                if member.value.object != nil {
                    result["additionalProperties"] = translated(member.value, depth: depth + 1)
                }
            case let name where Self.plain.contains(name):
                if name == "format"
                    ? member.value.string != nil : member.value.double != nil || member.value.bool != nil
                {
                    result[name] = member.value
                }
            default: break
            }
        }
        if let needed = members["required"]?.array, let known = result["properties"]?.object {
            let names = unrepeated(needed.filter { $0.string.map { known[$0] != nil } ?? false })
            if !names.isEmpty { result["required"] = .array(names) }
        }
        return .object(result)
    }

    private func typeWord(_ given: JSON, isNullable: Bool) -> JSON? {
        let known: Set<String> = ["string", "integer", "number", "boolean", "object", "array", "null"]
        // Some descriptions say `file` or `any`.
        let types = (given.array ?? [given]).filter { $0.string.map(known.contains) ?? false }
        guard !types.isEmpty else { return Optional<JSON>.none }
        let all = unrepeated(isNullable ? types + ["null"] : types)
        return all.count == 1 ? all[0] : .array(all)
    }

    private func unrepeated(_ values: [JSON]) -> [JSON] {
        var result: [JSON] = []
        for value in values where !result.contains(value) { result.append(value) }
        return result
    }
}
