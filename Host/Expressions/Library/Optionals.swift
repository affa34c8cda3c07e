extension Library {
    /// `optional.of(x)`, `optional.none()` and what can be asked of an optional.
    static let optionals: [Overload] = [
        .global("optional.of", id: "optional_of", [element], .optional(element)) { value, _ throws(Fault) in
            .optional(value)
        },
        .global("optional.ofNonZeroValue", id: "optional_ofNonZeroValue", [element], .optional(element)) {
            value, _ throws(Fault) in
            .optional(value.isZero ? nil : value)
        },
        Overload(
            "optional.none", id: "optional_none", .global, [], .optional(element),
            .none { _ throws(Fault) in .optional(nil) }),
        .global("optional.unwrap", id: "optional_unwrap", [.list(.optional(element))], .list(element)) {
            value, evaluation throws(Fault) in try unwrap(value, &evaluation)
        },
        .receiver("unwrapOpt", id: "list_unwrapOpt", [.list(.optional(element))], .list(element)) {
            value, evaluation throws(Fault) in try unwrap(value, &evaluation)
        },
        .receiver("hasValue", id: "optional_hasValue", [.optional(element)], .bool) {
            value, evaluation throws(Fault) in .bool(try content(value, "hasValue", evaluation) != nil)
        },
        .receiver("value", id: "optional_value", [.optional(element)], element) { value, evaluation throws(Fault) in
            guard let content = try content(value, "value", evaluation) else {
                throw evaluation.fault(
                    .missing, "the optional has no value", hint: "ask with hasValue(), or write orValue(…)")
            }
            return content
        },
        .receiver("or", id: "optional_or_optional", [.optional(element), .optional(element)], .optional(element)) {
            value, other, evaluation throws(Fault) in
            try content(value, "or", evaluation).map { _ in value } ?? other
        },
        .receiver("orValue", id: "optional_orValue_value", [.optional(element), element], element) {
            value, other, evaluation throws(Fault) in
            try content(value, "orValue", evaluation) ?? other
        },
    ]

    private static let element = ValueType.parameter("V")

    private static func content(
        _ value: Value, _ name: String, _ evaluation: Evaluation
    ) throws(Fault) -> Value? {
        guard case .optional(let content) = value else { throw evaluation.noOverload(name, [value]) }
        return content
    }

    private static func unwrap(_ value: Value, _ evaluation: inout Evaluation) throws(Fault) -> Value {
        guard case .list(let list) = value else { throw evaluation.noOverload("unwrapOpt", [value]) }
        try evaluation.budget.take(list.count, at: evaluation.offset)
        var values: [Value] = []
        for element in list.elements {
            if let content = try content(element, "unwrapOpt", evaluation) { values.append(content) }
        }
        return .list(.values(values))
    }
}
