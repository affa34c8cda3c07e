extension Library {
    /// The types as values.
    static let types: [String: Value] = {
        let types: [ValueType] = [
            .bool, .int, .uint, .double, .string, .bytes, .null, .timestamp, .duration, .list(.dyn), .map(.dyn, .dyn),
            .type(.dyn), .optional(.dyn),
        ]
        return Dictionary(uniqueKeysWithValues: types.map { ($0.runtimeName, .type($0)) })
    }()
}
