import PatchbayJSON

/// The members of an object's schema as a table in Markdown; those of objects within it follow it, with their path.
struct SchemaTable {
    private var rows: [(name: String, type: String, about: String)] = []
    /// Deeper members are for the manifest.
    private static let deepest = 3

    init(_ schema: JSON) { add(schema, below: "", depth: 0) }

    /// Nil when there is no member.
    var text: String? {
        guard !rows.isEmpty else { return nil }
        let lines = rows.map { "| `\($0.name)` | \(Self.cell($0.type)) | \(Self.cell($0.about)) |" }
        return "| member | type | |\n|---|---|---|\n" + lines.joined(separator: "\n")
    }

    private mutating func add(_ schema: JSON, below path: String, depth: Int) {
        let required = Set((schema["required"]?.array ?? []).compactMap(\.string))
        for member in schema["properties"]?.object ?? [:] {
            let name = path + member.name
            rows.append((name, Self.type(of: member.value), Self.about(member.value, required.contains(member.name))))
            guard depth + 1 < Self.deepest else { continue }
            let isList = member.value["type"] == "array"
            let inner = isList ? member.value["items"] ?? true : member.value
            if inner["properties"] != nil { add(inner, below: name + (isList ? "[]." : "."), depth: depth + 1) }
        }
    }

    static func type(of schema: JSON) -> String {
        if let values = schema["enum"]?.array { return values.map { "`\($0.text)`" }.joined(separator: ", ") }
        if let value = schema["const"] { return "`\(value.text)`" }
        let format = schema["format"]?.string.map { " (\($0))" } ?? ""
        switch schema["type"] {
        case .string("array")?:
            let inner = schema["items"].map(type(of:)) ?? ""
            return inner.isEmpty ? "array" : "array of \(inner)"
        case .string(let name)?: return name + format
        case .array(let names)?: return names.compactMap(\.string).joined(separator: " or ") + format
        default:
            let parts = (schema["anyOf"] ?? schema["oneOf"])?.array ?? []
            return parts.map(type(of:)).joined(separator: " or ")
        }
    }

    private static func about(_ schema: JSON, _ isRequired: Bool) -> String {
        var parts: [String] = []
        if isRequired { parts.append("**Required.**") }
        if let text = schema["description"]?.string { parts.append(text) }
        if let bounds = bounds(schema) { parts.append(bounds) }
        if let value = schema["default"] { parts.append("Default: `\(value.text)`.") }
        return parts.joined(separator: " ")
    }

    private static func bounds(_ schema: JSON) -> String? {
        let pairs = [
            ("minimum", "maximum", ""), ("minLength", "maxLength", " characters"),
            ("minItems", "maxItems", " elements"),
        ]
        for (lower, upper, unit) in pairs {
            switch (schema[lower]?.text, schema[upper]?.text) {
            case (let least?, let most?): return least == most ? "\(least)\(unit)." : "\(least) to \(most)\(unit)."
            case (let least?, nil): return "At least \(least)\(unit)."
            case (nil, let most?): return "At most \(most)\(unit)."
            default: continue
            }
        }
        return nil
    }

    /// What can stand in a cell of a table: one line, without a bar.
    static func cell(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ").replacing("|", with: "\\|")
    }
}
