extension Expression {
    /// The same place with something else in it. The depth stays, which was checked when the text was read.
    func with(_ node: Node) -> Expression {
        var expression = self
        expression.node = node
        return expression
    }

    /// Goes through its parts, in the order of the text.
    func forEachChild(_ body: (Expression) -> Void) {
        _ = mapChildren { child in
            body(child)
            return child
        }
    }

    /// The expression with each of its parts replaced.
    func mapChildren(_ change: (Expression) -> Expression) -> Expression {
        with(node.mapChildren(change))
    }
}

extension Expression.Node {
    fileprivate func mapChildren(_ change: (Expression) -> Expression) -> Expression.Node {
        switch self {
        case .literal, .identifier: return self
        case .select(let base, let name): return .select(change(base), name)
        case .optionalSelect(let base, let name): return .optionalSelect(change(base), name)
        case .has(let base, let name): return .has(change(base), name)
        case .index(let base, let index): return .index(change(base), change(index))
        case .optionalIndex(let base, let index): return .optionalIndex(change(base), change(index))
        case .call(let name, let arguments, let isAbsolute):
            return .call(name, arguments.map(change), isAbsolute: isAbsolute)
        case .receiverCall(let base, let name, let arguments):
            return .receiverCall(change(base), name, arguments.map(change))
        case .not(let operand): return .not(change(operand))
        case .negate(let operand): return .negate(change(operand))
        case .binary(let symbol, let left, let right): return .binary(symbol, change(left), change(right))
        case .all(let terms): return .all(terms.map(change))
        case .any(let terms): return .any(terms.map(change))
        case .conditional(let condition, let yes, let no):
            return .conditional(change(condition), change(yes), change(no))
        case .list(let elements):
            return .list(elements.map { .init(value: change($0.value), isOptional: $0.isOptional) })
        case .map(let entries):
            return .map(
                entries.map { .init(key: change($0.key), value: change($0.value), isOptional: $0.isOptional) })
        case .message(let name, let fields):
            return .message(
                name,
                fields.map {
                    .init(name: $0.name, value: change($0.value), isOptional: $0.isOptional, range: $0.range)
                })
        case .comprehension(var comprehension):
            comprehension.range = change(comprehension.range)
            comprehension.condition = comprehension.condition.map(change)
            comprehension.result = comprehension.result.map(change)
            return .comprehension(comprehension)
        case .bind(let name, let value, let body): return .bind(name, change(value), change(body))
        case .block(let values, let body): return .block(values.map(change), change(body))
        case .optionalMap(let base, let name, let body, let isFlat):
            return .optionalMap(change(base), name, change(body), isFlat: isFlat)
        case .lambda(let names, let body): return .lambda(names, change(body))
        }
    }
}
