/// The syntax tree of an expression, with where each part stands in the text.
struct Expression {
    indirect enum Node {
        case literal(Value)
        case identifier(String)
        case member(Expression, String)
        case index(Expression, Expression)
        case call(String, [Expression])
        case method(Expression, String, [Expression])
        case not(Expression)
        case negate(Expression)
        case binary(BinaryOperator, Expression, Expression)
        /// `a && b && c`: a chain is one node, however long.
        case all([Expression])
        /// `a || b || c`
        case any([Expression])
        case conditional(Expression, Expression, Expression)
        case list([Expression])
        case map([(key: Expression, value: Expression)])
    }

    var node: Node
    /// In bytes of the text.
    var range: Range<Int>
    /// 1 for a leaf. Whoever walks the tree recurses as deep, so the parser limits it.
    var depth: Int
}

/// The operators that evaluate both sides.
enum BinaryOperator: String {
    case add = "+", subtract = "-", multiply = "*", divide = "/", modulo = "%"
    case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
    case `in`
}
