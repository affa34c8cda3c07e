/// What an operator or a function takes and gives.
struct Signature: Sendable {
    let parameters: [ValueType]
    let result: ValueType
    /// Whether it has type parameters, which are others in each use.
    let isGeneric: Bool

    init(_ parameters: [ValueType], _ result: ValueType) {
        self.parameters = parameters
        self.result = result
        isGeneric = result.hasParameters || parameters.contains(where: \.hasParameters)
    }

    private static let a = ValueType.parameter("A")
    private static let b = ValueType.parameter("B")
    private static let numbers: [ValueType] = [.int, .uint, .double]

    /// Of an operator with two sides.
    static func of(_ symbol: BinaryOperator) -> [Signature] {
        switch symbol {
        case .add: additions
        case .subtract: subtractions
        case .multiply, .divide: arithmetic
        case .modulo: remainders
        case .equal, .notEqual: equalities
        case .less, .lessOrEqual, .greater, .greaterOrEqual: orders
        case .in: memberships
        }
    }

    private static let remainders = [Signature([.int, .int], .int), Signature([.uint, .uint], .uint)]
    private static let equalities = [Signature([a, a], .bool)]
    private static let memberships = [Signature([a, .list(a)], .bool), Signature([a, .map(a, b)], .bool)]
    private static let arithmetic = numbers.map { Signature([$0, $0], $0) }
    private static let additions =
        arithmetic + [ValueType.string, .bytes, .duration].map { Signature([$0, $0], $0) } + [
            Signature([.timestamp, .duration], .timestamp), Signature([.duration, .timestamp], .timestamp),
            Signature([.list(a), .list(a)], .list(a)),
        ]
    private static let subtractions =
        arithmetic + [
            Signature([.duration, .duration], .duration), Signature([.timestamp, .duration], .timestamp),
            Signature([.timestamp, .timestamp], .duration),
        ]
    private static let orders =
        numbers.flatMap { left in numbers.map { Signature([left, $0], .bool) } }
        + [ValueType.bool, .string, .bytes, .timestamp, .duration].map { Signature([$0, $0], .bool) }

    static let negation = [Signature([.int], .int), Signature([.double], .double)]

    static let index = [Signature([.list(a), .int], a), Signature([.map(a, b), a], b)] + ofOptional
    static let optionalIndex =
        [Signature([.list(a), .int], .optional(a)), Signature([.map(a, b), a], .optional(b))] + ofOptional
    private static let ofOptional = [
        Signature([.optional(.list(a)), .int], .optional(a)), Signature([.optional(.map(a, b)), a], .optional(b)),
    ]
}
