import PatchbayJSON

/// `filter`: the elements of a list, or the keys of a map, for which the condition holds.
final class Filter: Operation {
    private let loop: Loop
    private let predicate: any Operation
    let range: Range<Int>

    init(_ loop: Loop, _ predicate: any Operation, _ range: Range<Int>) {
        self.loop = loop
        self.predicate = predicate
        self.range = range
    }

    var offset: Int { loop.offset }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        let container = try loop.range.value(&evaluation)
        // What came as JSON stays JSON.
        if case .list(.json) = container {
            var kept: [JSON] = []
            try loop.run(over: container, &evaluation) { evaluation, _, json throws(Fault) in
                if try predicate.condition(&evaluation, of: loop.name), let json { kept.append(json) }
                return true
            }
            return .list(.json(kept))
        }
        var kept: [Value] = []
        try loop.run(over: container, &evaluation) { evaluation, _, _ throws(Fault) in
            let value = evaluation.slots[loop.first]
            if try predicate.condition(&evaluation, of: loop.name), let value { kept.append(value) }
            return true
        }
        return .list(.values(kept))
    }
}

/// `map` and `transformList`: a list of the results, of those elements only for which the condition holds.
final class Mapping: Operation {
    private let loop: Loop
    private let predicate: (any Operation)?
    private let result: any Operation
    let range: Range<Int>

    init(_ loop: Loop, _ predicate: (any Operation)?, _ result: any Operation, _ range: Range<Int>) {
        self.loop = loop
        self.predicate = predicate
        self.result = result
        self.range = range
    }

    var offset: Int { loop.offset }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        var results: [Value] = []
        try loop.run(&evaluation) { evaluation, _, _ throws(Fault) in
            if let predicate, try !predicate.condition(&evaluation, of: loop.name) { return true }
            results.append(try result.value(&evaluation))
            return true
        }
        return .list(.values(results))
    }
}

/// `transformMap` and `transformMapEntry`: a map of the old keys to the results, or of the entries that the results are.
final class MapTransformation: Operation {
    private let loop: Loop
    private let predicate: (any Operation)?
    private let result: any Operation
    private let givesEntries: Bool
    let range: Range<Int>

    init(
        _ loop: Loop, _ predicate: (any Operation)?, _ result: any Operation, givesEntries: Bool, _ range: Range<Int>
    ) {
        self.loop = loop
        self.predicate = predicate
        self.result = result
        self.givesEntries = givesEntries
        self.range = range
    }

    var offset: Int { loop.offset }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        var builder = MapEntries.Builder()
        try loop.run(&evaluation) { evaluation, _, _ throws(Fault) in
            // The key before the body, whose macros may not touch it, but whose value may be gone when it fails.
            guard let key = evaluation.slots[loop.first] else { return true }
            if let predicate, try !predicate.condition(&evaluation, of: loop.name) { return true }
            let value = try result.value(&evaluation)
            guard givesEntries else {
                builder.set(value, for: try Access.key(key, at: offset))
                return true
            }
            guard case .map(let map) = value else {
                throw Fault(
                    .type, "the result of \(loop.name) must be a map, and this is \(value.article)",
                    hint: "write {key: value}", at: result.offset)
            }
            try evaluation.budget.take(map.count, at: offset)
            for key in map.keys {
                guard let value = map[key], builder.insert(value, for: key) else {
                    throw Access.repeated(key, at: result.offset)
                }
            }
            return true
        }
        return builder.map
    }
}

/// `sortBy`: the elements in the order of their keys; equal ones stay in theirs.
final class Sorting: Operation {
    private let loop: Loop
    private let key: any Operation
    let range: Range<Int>

    init(_ loop: Loop, _ key: any Operation, _ range: Range<Int>) {
        self.loop = loop
        self.key = key
        self.range = range
    }

    var offset: Int { loop.offset }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        let container = try loop.range.value(&evaluation)
        guard case .list(let list) = container else {
            throw Fault(
                .type, "\(loop.name) does not take \(container.article)", hint: "it takes a list", at: offset)
        }
        var keys: [Value] = []
        try loop.run(over: container, &evaluation) { evaluation, _, _ throws(Fault) in
            keys.append(try key.value(&evaluation))
            return true
        }
        let order = try Comparison.positions(ofSorted: keys, &evaluation.budget, at: offset)
        return .list(.values(order.map { list[$0] }))
    }
}
