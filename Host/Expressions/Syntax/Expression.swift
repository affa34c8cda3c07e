/// The syntax tree of an expression, with where each part stands in the text.
///
/// The parser gives calls as they were written; `Macros` turns those that are macros (`has`, `all`, `cel.bind`, …) into
/// nodes of their own. The checker and the compiler see the tree after that, and no `lambda`.
struct Expression: Sendable {
    indirect enum Node: Sendable {
        /// null, a bool, a number, a string or bytes.
        case literal(Value)
        /// `a`, or `.a` when it is absolute: looked up in the root scope, past local variables and the container.
        /// Names that macros make up for themselves begin with `@`.
        case identifier(String, isAbsolute: Bool)
        /// `a.b`
        case select(Expression, String)
        /// `a.?b`
        case optionalSelect(Expression, String)
        /// `has(a.b)`
        case has(Expression, String)
        /// `a[b]`
        case index(Expression, Expression)
        /// `a[?b]`
        case optionalIndex(Expression, Expression)
        /// `f(x)`, or `.f(x)` when it is absolute.
        case call(String, [Expression], isAbsolute: Bool)
        /// `a.f(x)`; also of a function with a qualified name, such as `math.greatest(x)`: which of both it is, is found
        /// when names are resolved.
        case receiverCall(Expression, String, [Expression])
        case not(Expression)
        case negate(Expression)
        case binary(BinaryOperator, Expression, Expression)
        /// `a && b && c`: a chain is one node, however long.
        case all([Expression])
        /// `a || b || c`
        case any([Expression])
        case conditional(Expression, Expression, Expression)
        case list([Element])
        case map([Entry])
        /// `google.protobuf.Int64Value{value: 1}`; with a leading dot in the name when it is absolute.
        case message(String, [Field])
        case comprehension(Comprehension)
        /// `cel.bind(name, value, body)`
        case bind(String, Expression, Expression)
        /// `cel.block([a, b, c], body)`: the elements are the variables `@index0`, `@index1`, …, each of which sees those
        /// before it.
        case block([Expression], Expression)
        /// `target.optMap(name, body)`; flat for `optFlatMap`.
        case optionalMap(Expression, String, Expression, isFlat: Bool)
        /// `x => body`, `(x, i) => body`; only in the dialect of templates, only as an argument.
        case lambda([String], Expression)
    }

    /// An element of a list; `?x` is left out when x is `optional.none()`.
    struct Element: Sendable {
        var value: Expression
        var isOptional: Bool
    }

    /// An entry of a map; `?key: x` is left out when x is `optional.none()`.
    struct Entry: Sendable {
        var key: Expression
        var value: Expression
        var isOptional: Bool
    }

    /// A field of a message; `?name: x` is left out when x is `optional.none()`.
    struct Field: Sendable {
        var name: String
        var value: Expression
        var isOptional: Bool
        var range: Range<Int>
    }

    var node: Node
    /// In bytes of the text.
    var range: Range<Int>
    /// 1 for a leaf. Whoever walks the tree recurses as deep, so the parser limits it.
    var depth: Int
    /// What messages point at, when that is not the start: the operator, the member's name, the function's name.
    var place: Int?

    /// `(a)` is a, but no message's name.
    var isParenthesized = false

    /// Where messages point.
    var offset: Int { place ?? range.lowerBound }
}

/// A macro that goes over the elements of a list or the keys of a map.
struct Comprehension: Sendable {
    enum Kind: String, Sendable {
        /// The condition holds for all, for one at least, for exactly one.
        case all, exists, existsOne
        /// Those elements (or keys) for which the condition holds.
        case filter
        /// A list of the results; with a condition only of those for which it holds. One variable or two.
        case map
        /// A map of the old keys (a list's positions) to the results; with or without a condition. Two variables.
        case transformMap
        /// A map of the entries of the results, which are maps; with or without a condition. Two variables.
        case transformMapEntry
        /// The elements in the order of the results, which are the keys to sort by.
        case sortBy
    }

    var kind: Kind
    /// As it was written: `exists_one`, `transformList`.
    var name: String
    /// What it goes over: a list or a map.
    var range: Expression
    /// One: the element, or the key of a map. Two: the position and the element, or the key and the value.
    var variables: [String]
    /// Of all, exists, existsOne and filter always.
    var condition: Expression?
    /// Of map, transformMap, transformMapEntry and sortBy always.
    var result: Expression?
}

/// The operators that evaluate both sides.
enum BinaryOperator: String, Sendable {
    case add = "+", subtract = "-", multiply = "*", divide = "/", modulo = "%"
    case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
    case `in`
}
