extension Library {
    /// The types as values, and the one constant of the well-known messages.
    static let types: [String: Value] = {
        let types: [ValueType] = [
            .bool, .int, .uint, .double, .string, .bytes, .null, .timestamp, .duration, .list(.dyn), .map(.dyn, .dyn),
            .type(.dyn), .optional(.dyn),
        ]
        var constants: [String: Value] = ["google.protobuf.NullValue.NULL_VALUE": .null]
        for type in types { constants[type.runtimeName] = .type(type) }
        return constants
    }()
}
