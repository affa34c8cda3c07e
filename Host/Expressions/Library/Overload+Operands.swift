/// Overloads from functions over Swift's own types. Their parameters' types follow from the function; `types` and `result`
/// say something narrower, such as a list of strings.
extension Overload {
    static func unary<A: Operand, Result: Operand>(
        _ name: String, id: String, _ style: Style = .global, types: [ValueType]? = nil, result: ValueType? = nil,
        _ body: @escaping @Sendable (A, inout Evaluation) throws(Fault) -> Result
    ) -> Overload {
        Overload(
            name, id: id, style, types ?? [A.declaredType], result ?? Result.declaredType,
            .one { a, evaluation throws(Fault) in
                guard let first = A(a) else { throw evaluation.noOverload(name, [a]) }
                return try body(first, &evaluation).value
            })
    }

    static func binary<A: Operand, B: Operand, Result: Operand>(
        _ name: String, id: String, _ style: Style = .global, types: [ValueType]? = nil, result: ValueType? = nil,
        _ body: @escaping @Sendable (A, B, inout Evaluation) throws(Fault) -> Result
    ) -> Overload {
        Overload(
            name, id: id, style, types ?? [A.declaredType, B.declaredType], result ?? Result.declaredType,
            .two { a, b, evaluation throws(Fault) in
                guard let first = A(a), let second = B(b) else { throw evaluation.noOverload(name, [a, b]) }
                return try body(first, second, &evaluation).value
            })
    }

    static func ternary<A: Operand, B: Operand, C: Operand, Result: Operand>(
        _ name: String, id: String, _ style: Style = .global, types: [ValueType]? = nil, result: ValueType? = nil,
        _ body: @escaping @Sendable (A, B, C, inout Evaluation) throws(Fault) -> Result
    ) -> Overload {
        Overload(
            name, id: id, style, types ?? [A.declaredType, B.declaredType, C.declaredType],
            result ?? Result.declaredType,
            .three { a, b, c, evaluation throws(Fault) in
                guard let first = A(a), let second = B(b), let third = C(c) else {
                    throw evaluation.noOverload(name, [a, b, c])
                }
                return try body(first, second, third, &evaluation).value
            })
    }
}
