/// A call of a function. Which of its overloads takes the values is found by their kinds alone.
final class Call: Operation {
    private let name: String
    /// Those that take as many values.
    private let overloads: [Overload]
    private let arguments: [any Operation]
    let range: Range<Int>
    let offset: Int

    init(
        _ name: String, _ overloads: [Overload], _ arguments: [any Operation], _ range: Range<Int>, offset: Int
    ) {
        self.name = name
        self.overloads = overloads
        self.arguments = arguments
        self.range = range
        self.offset = offset
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        try evaluation.budget.take(at: offset)
        var values: [Value] = []
        values.reserveCapacity(arguments.count)
        for argument in arguments { values.append(try argument.value(&evaluation)) }
        evaluation.offset = offset
        for overload in overloads where overload.takes(values) {
            switch overload.body {
            case .none(let body): return try body(&evaluation)
            case .one(let body): return try body(values[0], &evaluation)
            case .two(let body): return try body(values[0], values[1], &evaluation)
            case .three(let body): return try body(values[0], values[1], values[2], &evaluation)
            case .many(let body): return try body(values, &evaluation)
            }
        }
        throw evaluation.noOverload(name, values, hint: Overload.hint(overloads))
    }
}

/// A call with one value, which needs no list of values.
final class CallOfOne: Operation {
    private let name: String
    private let overloads: [Overload]
    private let candidates: [Candidate]
    private let argument: any Operation
    let range: Range<Int>
    let offset: Int

    private struct Candidate {
        let kinds: Kinds
        let body: @Sendable (Value, inout Evaluation) throws(Fault) -> Value
    }

    /// Nil when an overload takes its one value in another way.
    init?(_ name: String, _ overloads: [Overload], _ argument: any Operation, _ range: Range<Int>, offset: Int) {
        var candidates: [Candidate] = []
        for overload in overloads {
            guard case .one(let body) = overload.body else { return nil }
            candidates.append(Candidate(kinds: overload.kinds[0], body: body))
        }
        self.name = name
        self.overloads = overloads
        self.candidates = candidates
        self.argument = argument
        self.range = range
        self.offset = offset
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        try evaluation.budget.take(at: offset)
        let value = try argument.value(&evaluation)
        let kind = value.kind
        evaluation.offset = offset
        for candidate in candidates where candidate.kinds.contains(kind) {
            return try candidate.body(value, &evaluation)
        }
        throw evaluation.noOverload(name, [value], hint: Overload.hint(overloads))
    }
}

/// A call with two values, which needs no list of values.
final class CallOfTwo: Operation {
    private let name: String
    private let overloads: [Overload]
    private let candidates: [Candidate]
    private let first: any Operation
    private let second: any Operation
    let range: Range<Int>
    let offset: Int

    private struct Candidate {
        let first: Kinds
        let second: Kinds
        let body: @Sendable (Value, Value, inout Evaluation) throws(Fault) -> Value
    }

    /// Nil when an overload takes its two values in another way.
    init?(
        _ name: String, _ overloads: [Overload], _ first: any Operation, _ second: any Operation, _ range: Range<Int>,
        offset: Int
    ) {
        var candidates: [Candidate] = []
        for overload in overloads {
            guard case .two(let body) = overload.body else { return nil }
            candidates.append(Candidate(first: overload.kinds[0], second: overload.kinds[1], body: body))
        }
        self.name = name
        self.overloads = overloads
        self.candidates = candidates
        self.first = first
        self.second = second
        self.range = range
        self.offset = offset
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        try evaluation.budget.take(at: offset)
        let (a, b) = (try first.value(&evaluation), try second.value(&evaluation))
        let (one, two) = (a.kind, b.kind)
        evaluation.offset = offset
        for candidate in candidates where candidate.first.contains(one) && candidate.second.contains(two) {
            return try candidate.body(a, b, &evaluation)
        }
        throw evaluation.noOverload(name, [a, b], hint: Overload.hint(overloads))
    }
}
