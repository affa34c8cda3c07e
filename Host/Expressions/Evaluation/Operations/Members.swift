import PatchbayJSON

/// `base.name`, and `base["name"]` with the name written out.
final class Select: Operation {
    let base: any Operation
    let name: String
    let range: Range<Int>
    let offset: Int
    /// The path that it is a part of, for messages: `a.b.c.d`, where this is `a.b.c`.
    private let path: Range<Int>

    init(_ base: any Operation, _ name: String, _ range: Range<Int>, offset: Int, path: Range<Int>? = nil) {
        self.base = base
        self.name = name
        self.range = range
        self.offset = offset
        self.path = path ?? range
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        try evaluation.budget.take(at: offset)
        let container = try base.value(&evaluation)
        if let value = try Access.member(name, of: container, self, &evaluation) { return value }
        throw Access.missing(name, in: container, path: path, at: offset, evaluation)
    }

    func title(_ evaluation: Evaluation) -> String { quoted(evaluation) }

    var namePath: (variable: Variable, names: [String])? { base.namePath.map { ($0.variable, $0.names + [name]) } }
}

/// `base.a.b.c`: a select of a select. In JSON the whole path is walked at once.
final class PathSelect: Operation {
    private let base: any Operation
    private let names: [String]
    /// The same, one name at a time: for values that are no JSON, and for what is not there.
    let last: Select
    /// Steps that it takes.
    private let cost: Int

    init(_ base: any Operation, _ names: [String], last: Select) {
        self.base = base
        self.names = names
        self.last = last
        cost = names.count
    }

    func appending(_ name: String, _ expression: Expression, path: Range<Int>?) -> PathSelect {
        let next = Select(last, name, expression.range, offset: expression.offset, path: path)
        return PathSelect(base, names + [name], last: next)
    }

    var range: Range<Int> { last.range }
    var offset: Int { last.offset }
    var namePath: (variable: Variable, names: [String])? { base.namePath.map { ($0.variable, $0.names + names) } }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        if case .map(.json(let object)) = try base.value(&evaluation), let json = object.value(at: names) {
            try evaluation.budget.take(cost, at: offset)
            return Value(json)
        }
        return try last.value(&evaluation)
    }

    func title(_ evaluation: Evaluation) -> String { last.title(evaluation) }
}

extension Access {
    /// Nil when the map lacks it.
    fileprivate static func member(
        _ name: String, of container: Value, _ select: Select, _ evaluation: inout Evaluation
    ) throws(Fault) -> Value? {
        switch container {
        case .map(.json(let object)): return object[name].map(Value.init)
        case .map(.entries(let entries)): return entries[.string(name)]
        case .optional(let content):
            guard let content else { return .optional(nil) }
            return .optional(try member(name, of: content, select, &evaluation))
        default: throw hasNoMembers(container, name, select.base, at: select.offset, evaluation)
        }
    }
}

/// `base.?name`
final class OptionalSelect: Operation {
    private let base: any Operation
    private let name: String
    let range: Range<Int>
    let offset: Int

    init(_ base: any Operation, _ name: String, _ range: Range<Int>, offset: Int) {
        self.base = base
        self.name = name
        self.range = range
        self.offset = offset
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        try evaluation.budget.take(at: offset)
        guard let container = try base.value(&evaluation).content else { return .optional(nil) }
        guard case .map(let map) = container else {
            throw Access.hasNoMembers(container, name, base, at: offset, evaluation)
        }
        return .optional(map[name])
    }
}

/// `has(base.name)`: fails only when there is no base.
final class Has: Operation {
    private let base: any Operation
    private let name: String
    let range: Range<Int>

    init(_ base: any Operation, _ name: String, _ range: Range<Int>) {
        self.base = base
        self.name = name
        self.range = range
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        .bool(try condition(&evaluation, of: ""))
    }

    func condition(_ evaluation: inout Evaluation, of symbol: String) throws(Fault) -> Bool {
        try evaluation.budget.take(at: offset)
        guard let container = try base.value(&evaluation).content else { return false }
        guard case .map(let map) = container else {
            throw Access.hasNoMembers(container, name, base, at: offset, evaluation)
        }
        return map.has(name)
    }
}

/// `base[index]`
final class Index: Operation {
    private let base: any Operation
    private let index: any Operation
    let range: Range<Int>

    init(_ base: any Operation, _ index: any Operation, _ range: Range<Int>) {
        self.base = base
        self.index = index
        self.range = range
    }

    var offset: Int { index.offset }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        try evaluation.budget.take(at: offset)
        let (container, key) = (try base.value(&evaluation), try index.value(&evaluation))
        if case .optional(let content) = container {
            guard let content else { return .optional(nil) }
            return .optional(try Access.element(key, of: content, base, at: offset, evaluation))
        }
        if let value = try Access.element(key, of: container, base, at: offset, evaluation) { return value }
        throw Access.noElement(key, of: container, base, path: range, at: offset, evaluation)
    }

    func title(_ evaluation: Evaluation) -> String { quoted(evaluation) }
}

/// `base[?index]`
final class OptionalIndex: Operation {
    private let base: any Operation
    private let index: any Operation
    let range: Range<Int>

    init(_ base: any Operation, _ index: any Operation, _ range: Range<Int>) {
        self.base = base
        self.index = index
        self.range = range
    }

    var offset: Int { index.offset }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        try evaluation.budget.take(at: offset)
        let (container, key) = (try base.value(&evaluation), try index.value(&evaluation))
        guard let content = container.content else { return .optional(nil) }
        return .optional(try Access.element(key, of: content, base, at: offset, evaluation))
    }
}

extension Value {
    /// What is in an optional; the value itself when it is none. Nil for `optional.none()`.
    fileprivate var content: Value? {
        if case .optional(let content) = self { content } else { self }
    }
}
