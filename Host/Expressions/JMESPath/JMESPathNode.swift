import PatchbayJSON

/// A compiled expression: what to do with the current value.
///
/// What stands in a row (`a.b[0] | c`) is one chain, not a tree that leans to the left, so that only brackets and
/// projections nest.
indirect enum JMESPathNode: Sendable {
    case current
    case literal(JSON)
    /// A value that a `let` holds.
    case variable(Int)
    case field(String)
    /// Negative from the end.
    case index(Int)
    case slice(JMESPathSlice)
    /// Each gets the value of the one before.
    case chain([JMESPathNode])
    case flatten
    /// For each element; what becomes null is left out.
    case elements(JMESPathNode)
    /// For each member's value.
    case members(JMESPathNode)
    /// For each element that meets the condition.
    case filter(condition: JMESPathNode, JMESPathNode)
    case list([JMESPathNode])
    case object([(name: String, value: JMESPathNode)])
    case or([JMESPathNode])
    case and([JMESPathNode])
    case not(JMESPathNode)
    case compare(JMESPathComparison, JMESPathNode, JMESPathNode)
    case call(JMESPathCall)
    case bind([(variable: Int, value: JMESPathNode)], in: JMESPathNode)
}

enum JMESPathComparison: Sendable {
    case equal, unequal, less, lessOrEqual, greater, greaterOrEqual
}

/// A function with its arguments. Those after `&` are expressions for each element, not values.
struct JMESPathCall: Sendable {
    var function: JMESPathFunction
    var arguments: [JMESPathNode]
    /// In bytes, of the function's name.
    var offset: Int
}

/// `[start:stop:step]` of an array.
struct JMESPathSlice: Sendable {
    var start: Int?
    var stop: Int?
    /// Not 0.
    var step = 1

    /// The positions it takes of that many elements, in their order.
    func positions(of count: Int) -> StrideTo<Int> {
        func bounded(_ position: Int) -> Int {
            let place = position < 0 ? position + count : position
            return step > 0 ? min(max(place, 0), count) : min(max(place, -1), count - 1)
        }
        let from = start.map(bounded) ?? (step > 0 ? 0 : count - 1)
        let to = stop.map(bounded) ?? (step > 0 ? count : -1)
        return stride(from: from, to: to, by: step)
    }
}
