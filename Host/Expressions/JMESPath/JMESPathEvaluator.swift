import PatchbayJSON

/// Computes the value of a compiled expression, within its limits.
struct JMESPathEvaluator {
    let limits: ExpressionLimits
    private var steps = 0
    /// What `let` holds, by number.
    private var variables: [JSON]

    init(limits: ExpressionLimits, variables: Int) {
        self.limits = limits
        self.variables = Array(repeating: .null, count: variables)
    }

    mutating func value(of node: JMESPathNode, on current: JSON) throws(JMESPathError) -> JSON {
        try spend(1)
        switch node {
        case .chain(let nodes): return try chain(nodes, on: current)
        case .elements(let node): return try elements(of: current, node)
        case .members(let node): return try members(of: current, node)
        case .filter(let condition, let node): return try filter(current, by: condition, node)
        case .list(let nodes): return try list(nodes, on: current)
        case .object(let members): return try object(members, on: current)
        case .or(let nodes): return try either(nodes, on: current, endsWith: true)
        case .and(let nodes): return try either(nodes, on: current, endsWith: false)
        case .not(let node): return .bool(!(try value(of: node, on: current)).isTruthy)
        case .compare(let comparison, let left, let right): return try compare(left, comparison, right, on: current)
        case .call(let call): return try result(of: call, on: current)
        case .bind(let bindings, let body): return try bind(bindings, in: body, on: current)
        default: return try simple(node, on: current)
        }
    }

    /// The nodes that hold no other: apart, so that the function above needs little stack.
    private mutating func simple(_ node: JMESPathNode, on current: JSON) throws(JMESPathError) -> JSON {
        switch node {
        case .literal(let value): return value
        case .variable(let number): return variables[number]
        case .field(let name): return current[name] ?? .null
        case .index(let index): return element(of: current, at: index)
        case .slice(let slice): return try self.slice(current, slice)
        case .flatten: return try flattened(current)
        default: return current
        }
    }

    /// Steps are operations, elements, and pieces of text of 64 bytes.
    mutating func spend(_ count: Int) throws(JMESPathError) {
        steps += count
        guard steps <= limits.steps else {
            throw JMESPathError(
                code: .limit, message: "the search needs more than \(limits.steps) steps, which is the limit",
                hint: "search less data, or filter it first", offset: 0)
        }
    }

    // MARK: Parts

    private mutating func chain(_ nodes: [JMESPathNode], on current: JSON) throws(JMESPathError) -> JSON {
        var value = current
        for node in nodes { value = try self.value(of: node, on: value) }
        return value
    }

    private func element(of current: JSON, at index: Int) -> JSON {
        guard case .array(let elements) = current else { return .null }
        let place = index < 0 ? index + elements.count : index
        return elements.indices.contains(place) ? elements[place] : .null
    }

    private mutating func slice(_ current: JSON, _ slice: JMESPathSlice) throws(JMESPathError) -> JSON {
        guard case .array(let elements) = current else { return .null }
        let positions = slice.positions(of: elements.count)
        try spend(positions.underestimatedCount)
        return .array(positions.map { elements[$0] })
    }

    /// Elements that are arrays are replaced by their elements.
    private mutating func flattened(_ current: JSON) throws(JMESPathError) -> JSON {
        guard case .array(let elements) = current else { return .null }
        var flat: [JSON] = []
        for element in elements {
            guard case .array(let inner) = element else {
                flat.append(element)
                continue
            }
            try spend(inner.count)
            flat += inner
        }
        try spend(elements.count)
        return .array(flat)
    }

    private mutating func elements(of current: JSON, _ node: JMESPathNode) throws(JMESPathError) -> JSON {
        guard case .array(let elements) = current else { return .null }
        var values: [JSON] = []
        for element in elements {
            let value = try self.value(of: node, on: element)
            if !value.isNull { values.append(value) }
        }
        return .array(values)
    }

    private mutating func members(of current: JSON, _ node: JMESPathNode) throws(JMESPathError) -> JSON {
        guard case .object(let members) = current else { return .null }
        var values: [JSON] = []
        for member in members {
            let value = try self.value(of: node, on: member.value)
            if !value.isNull { values.append(value) }
        }
        return .array(values)
    }

    private mutating func filter(
        _ current: JSON, by condition: JMESPathNode, _ node: JMESPathNode
    ) throws(JMESPathError) -> JSON {
        guard case .array(let elements) = current else { return .null }
        var values: [JSON] = []
        for element in elements where try value(of: condition, on: element).isTruthy {
            let value = try self.value(of: node, on: element)
            if !value.isNull { values.append(value) }
        }
        return .array(values)
    }

    private mutating func list(_ nodes: [JMESPathNode], on current: JSON) throws(JMESPathError) -> JSON {
        if current.isNull { return .null }
        var values: [JSON] = []
        values.reserveCapacity(nodes.count)
        for node in nodes { values.append(try value(of: node, on: current)) }
        return .array(values)
    }

    private mutating func object(
        _ members: [(name: String, value: JMESPathNode)], on current: JSON
    ) throws(JMESPathError) -> JSON {
        if current.isNull { return .null }
        var object = JSONObject(minimumCapacity: members.count)
        for (name, node) in members { object[name] = try value(of: node, on: current) }
        return .object(object)
    }

    /// The first value that is true, or false, as wanted; else the last.
    private mutating func either(
        _ nodes: [JMESPathNode], on current: JSON, endsWith wanted: Bool
    ) throws(JMESPathError) -> JSON {
        var value = JSON.null
        for node in nodes {
            value = try self.value(of: node, on: current)
            if value.isTruthy == wanted { break }
        }
        return value
    }

    /// Order is known of numbers only; of anything else it is null.
    private mutating func compare(
        _ left: JMESPathNode, _ comparison: JMESPathComparison, _ right: JMESPathNode, on current: JSON
    ) throws(JMESPathError) -> JSON {
        let left = try value(of: left, on: current)
        let right = try value(of: right, on: current)
        if comparison == .equal || comparison == .unequal {
            return .bool(try areEqual(left, right) == (comparison == .equal))
        }
        guard left.isNumber, right.isNumber else { return .null }
        return switch comparison {
        case .less: .bool(left.isLess(than: right))
        case .greater: .bool(right.isLess(than: left))
        case .lessOrEqual: .bool(!right.isLess(than: left))
        default: .bool(!left.isLess(than: right))
        }
    }

    private mutating func bind(
        _ bindings: [(variable: Int, value: JMESPathNode)], in body: JMESPathNode, on current: JSON
    ) throws(JMESPathError) -> JSON {
        var values: [JSON] = []
        for binding in bindings { values.append(try value(of: binding.value, on: current)) }
        for (binding, value) in zip(bindings, values) { variables[binding.variable] = value }
        return try value(of: body, on: current)
    }
}

extension JSON {
    /// Null, false, and what is empty are false; all else, zero too, is true.
    fileprivate var isTruthy: Bool {
        switch self {
        case .null: false
        case .bool(let value): value
        case .string(let value): !value.isEmpty
        case .array(let value): !value.isEmpty
        case .object(let value): !value.isEmpty
        default: true
        }
    }
}
