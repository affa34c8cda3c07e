import PatchbayJSON

/// Settings on the command line: `name=value`.
enum Assignments {
    /// The assignments in their order; an empty value is nil. A value is text where the schema says so, else whatever JSON
    /// it is, else text.
    static func read(_ texts: [String], schema: JSON = [:]) throws -> [(name: String, value: JSON?)] {
        try texts.map { text in
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw CommandFailure("`\(text)` is no setting; write name=value.")
            }
            let name = String(text[..<equals])
            let value = String(text[text.index(after: equals)...])
            guard !value.isEmpty else { return (name, nil) }
            if schema["properties"]?[name]?["type"] == "string" { return (name, .string(value)) }
            return (name, (try? JSON(parsing: value)) ?? .string(value))
        }
    }
}
