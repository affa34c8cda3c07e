extension ValueType {
    /// Reads a type as `description` writes it: `list(int)`, `map(string, dyn)`, `tuple($T, $U)`. Nil for any other text.
    package init?(_ text: String) {
        var rest = text.unicodeScalars[...]
        guard let type = Self.read(&rest, depth: 0), rest.isEmpty else { return nil }
        self = type
    }

    /// Types inside one another.
    private static let deepest = 50

    private static func read(_ rest: inout Substring.UnicodeScalarView, depth: Int) -> ValueType? {
        guard depth < deepest else { return nil }
        skipSpaces(&rest)
        let name = rest.prefix {
            $0 == "." || $0 == "_" || $0 == "$" || $0.properties.isAlphabetic || $0.properties.numericType != nil
        }
        rest = rest.dropFirst(name.count)
        guard !name.isEmpty else { return nil }
        var parameters: [ValueType] = []
        if rest.first == "(" {
            repeat {
                rest.removeFirst()
                guard let parameter = read(&rest, depth: depth + 1) else { return nil }
                parameters.append(parameter)
                skipSpaces(&rest)
            } while rest.first == ","
            guard rest.popFirst() == ")" else { return nil }
        }
        return make(String(name), parameters)
    }

    private static func skipSpaces(_ rest: inout Substring.UnicodeScalarView) {
        rest = rest.drop { $0 == " " }
    }

    private static func make(_ name: String, _ parameters: [ValueType]) -> ValueType? {
        switch (name, parameters.count) {
        case ("dyn", 0), ("any", 0), ("google.protobuf.Any", 0): return .dyn
        case ("null", 0), ("null_type", 0): return .null
        case ("bool", 0): return .bool
        case ("int", 0): return .int
        case ("uint", 0): return .uint
        case ("double", 0): return .double
        case ("string", 0): return .string
        case ("bytes", 0): return .bytes
        case ("timestamp", 0): return .timestamp
        case ("duration", 0): return .duration
        case ("list", 0): return .list(.dyn)
        case ("list", 1): return .list(parameters[0])
        case ("map", 0): return .map(.dyn, .dyn)
        case ("map", 2): return .map(parameters[0], parameters[1])
        case ("type", 0): return .type(.dyn)
        case ("type", 1): return .type(parameters[0])
        case ("optional_type", 1), ("optional", 1): return .optional(parameters[0])
        case ("wrapper", 1): return .wrapper(parameters[0])
        default:
            if parameters.isEmpty, let message = WellKnownMessage(name: name) { return message.type }
            if name.hasPrefix("$") { return parameters.isEmpty ? .parameter(String(name.dropFirst())) : nil }
            return .opaque(name, parameters)
        }
    }
}
