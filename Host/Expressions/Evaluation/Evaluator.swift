import PatchbayCore
import PatchbayJSON

/// Walks an expression. Recursion is as deep as the expression, which the parser limits.
struct Evaluator {
    let scope: Scope
    /// The text that the operations stand in; messages quote it.
    let source: [UInt8]
    var budget: Budget

    init(_ scope: Scope, source: [UInt8], budget: Budget) {
        self.scope = scope
        self.source = source
        self.budget = budget
    }

    mutating func value(_ operation: Operation) throws(Fault) -> Value {
        let offset = operation.offset
        try budget.take(at: offset)
        switch operation.node {
        case .constant(let value): return value
        case .trigger: return Value(scope.trigger)
        case .run: return Value(scope.run)
        case .workflow: return Value(scope.workflow)
        case .environment: return environment()
        case .output(let step):
            guard let output = scope.steps[step] else { throw noOutput(of: step, at: offset) }
            return Value(output)
        case .environmentMember(let name):
            guard let text = scope.env[name] else { throw notInEnvironment(name, at: offset) }
            return .string(text)
        case .member(let base, let name): return try member(name, of: base, at: offset)
        case .index(let base, let index): return try element(index, of: base, at: offset)
        case .has(let base, let name): return .bool(try has(name, in: base, at: offset))
        case .hasOutput(let step): return .bool(scope.steps[step] != nil)
        case .hasEnvironmentMember(let name): return .bool(scope.env[name] != nil)
        case .not(let operand): return .bool(try !boolean(operand, of: "!"))
        case .negate(let operand): return try Arithmetic.negate(try value(operand), at: offset)
        case .binary(let symbol, let left, let right):
            return try apply(symbol, try value(left), try value(right), at: offset)
        case .all(let terms): return .bool(try fold(terms, of: "&&", decisive: false))
        case .any(let terms): return .bool(try fold(terms, of: "||", decisive: true))
        case .conditional(let condition, let yes, let no):
            return try value(try boolean(condition, of: "?:") ? yes : no)
        case .list(let elements):
            var values: [Value] = []
            values.reserveCapacity(elements.count)
            for element in elements { values.append(try value(element)) }
            return .list(.values(values))
        case .map(let entries): return try map(entries)
        case .call(let overloads, let arguments):
            var values: [Value] = []
            for argument in arguments { values.append(try value(argument)) }
            return try call(overloads, values, at: offset)
        }
    }

    private mutating func call(_ overloads: [Overload], _ values: [Value], at offset: Int) throws(Fault) -> Value {
        var evaluation = Evaluation(budget: budget)
        evaluation.offset = offset
        defer { budget = evaluation.budget }
        guard let overload = overloads.first(where: { $0.takes(values) }) else {
            throw evaluation.noOverload(overloads[0].name, values, hint: Overload.hint(overloads))
        }
        switch overload.body {
        case .none(let body): return try body(&evaluation)
        case .one(let body): return try body(values[0], &evaluation)
        case .two(let body): return try body(values[0], values[1], &evaluation)
        case .three(let body): return try body(values[0], values[1], values[2], &evaluation)
        case .many(let body): return try body(values, &evaluation)
        }
    }

    private func environment() -> Value {
        let members = scope.env.sorted { $0.key < $1.key }
        return .map(.json(members.reduce(into: JSONObject()) { $0[$1.key] = .string($1.value) }))
    }

    private mutating func map(_ entries: [(key: Operation, value: Operation)]) throws(Fault) -> Value {
        var result = MapEntries.Builder()
        for entry in entries {
            let key = try value(entry.key)
            guard let mapKey = MapKey(key), !key.isDouble else {
                throw Fault(.type, "a map's key must not be \(key.article)", at: entry.key.offset)
            }
            guard result.insert(try value(entry.value), for: mapKey) else {
                throw Fault(.value, "the map has the key \(mapKey.name.quoted) twice", at: entry.key.offset)
            }
        }
        return result.map
    }

    // MARK: Operators

    private mutating func boolean(_ operation: Operation, of symbol: String) throws(Fault) -> Bool {
        let value = try value(operation)
        guard case .bool(let bool) = value else {
            throw Fault(
                .type, "\(symbol) does not take \(value.article)", hint: "it takes true or false; write a comparison",
                at: operation.offset)
        }
        return bool
    }

    /// A term that decides does so whatever fails beside it; else the first failure stands. Limits are no such failure.
    private mutating func fold(_ terms: [Operation], of symbol: String, decisive: Bool) throws(Fault) -> Bool {
        var failure: Fault?
        for term in terms {
            do throws(Fault) {
                if try boolean(term, of: symbol) == decisive { return decisive }
            } catch {
                if error.code == .limit { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return !decisive
    }

    private mutating func apply(_ symbol: BinaryOperator, _ a: Value, _ b: Value, at offset: Int) throws(Fault) -> Value
    {
        switch symbol {
        case .equal: return .bool(try Comparison.areEqual(a, b, &budget, at: offset))
        case .notEqual: return .bool(try !Comparison.areEqual(a, b, &budget, at: offset))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            guard let order = try Comparison.order(a, b, &budget, at: offset) else {
                throw Arithmetic.mismatch(symbol, a, b, at: offset)
            }
            switch symbol {
            case .less: return .bool(order == .before)
            case .lessOrEqual: return .bool(order == .before || order == .same)
            case .greater: return .bool(order == .after)
            default: return .bool(order == .after || order == .same)
            }
        case .in: return .bool(try isMember(a, of: b, at: offset))
        case .add, .subtract, .multiply, .divide, .modulo:
            return try Arithmetic.apply(symbol, a, b, &budget, at: offset)
        }
    }

    private mutating func isMember(_ value: Value, of container: Value, at offset: Int) throws(Fault) -> Bool {
        switch container {
        case .list(let list):
            for index in 0..<list.count where try Comparison.areEqual(value, list[index], &budget, at: offset) {
                return true
            }
            return false
        case .map(let map): return MapKey(value).map { map[$0] != nil } ?? false
        case .string:
            throw Fault(.type, "in does not take a string", hint: "write text.contains(part)", at: offset)
        default:
            throw Fault(.type, "in does not take \(container.article)", hint: "it takes a list or a map", at: offset)
        }
    }

    // MARK: Members

    private mutating func member(_ name: String, of base: Operation, at offset: Int) throws(Fault) -> Value {
        let container = try value(base)
        guard case .map(let map) = container else { throw hasNoMembers(base, container, name, at: offset) }
        guard let value = map[.string(name)] else { throw missing(name, in: map, base, at: offset) }
        return value
    }

    private mutating func has(_ name: String, in base: Operation, at offset: Int) throws(Fault) -> Bool {
        let container = try value(base)
        guard case .map(let map) = container else { throw hasNoMembers(base, container, name, at: offset) }
        return map[.string(name)] != nil
    }

    private mutating func element(_ index: Operation, of base: Operation, at offset: Int) throws(Fault) -> Value {
        let (container, key) = (try value(base), try value(index))
        switch container {
        case .list(let list):
            guard case .int(let position)? = MapKey(key), !key.isBool else {
                throw Fault(.type, "a list's index must be an int, and this is \(key.article)", at: index.offset)
            }
            guard let position = Int(exactly: position), (0..<list.count).contains(position) else {
                let has = list.count == 0 ? "it is empty" : "it has elements 0 to \(list.count - 1)"
                throw Fault(.missing, "\(describe(base)) has no element \(position)", hint: has, at: offset)
            }
            return list[position]
        case .map(let map):
            guard let mapKey = MapKey(key) else {
                throw Fault(.type, "a map's key must not be \(key.article)", at: index.offset)
            }
            guard let value = map[mapKey] else { throw missing(mapKey.name, in: map, base, at: offset) }
            return value
        default:
            throw Fault(
                .type, "\(describe(base)) is \(container.article) and has no elements", at: offset)
        }
    }
}

extension Value {
    fileprivate var isBool: Bool { if case .bool = self { true } else { false } }
    fileprivate var isDouble: Bool { if case .double = self { true } else { false } }
}
