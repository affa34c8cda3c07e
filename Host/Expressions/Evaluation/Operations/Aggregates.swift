import PatchbayCore

/// `[a, ?b]`
final class ListMaking: Operation {
    private let elements: [(value: any Operation, isOptional: Bool)]
    let range: Range<Int>

    init(_ elements: [(value: any Operation, isOptional: Bool)], _ range: Range<Int>) {
        self.elements = elements
        self.range = range
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        try evaluation.budget.take(1 + elements.count, at: offset)
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        for element in elements {
            let value = try element.value.value(&evaluation)
            if !element.isOptional {
                values.append(value)
            } else if let content = try Access.content(of: value, at: element.value.offset) {
                values.append(content)
            }
        }
        return .list(.values(values))
    }

    func title(_ evaluation: Evaluation) -> String { "the list" }
}

/// `{a: b, ?c: d}`
final class MapMaking: Operation {
    private let entries: [(key: any Operation, value: any Operation, isOptional: Bool)]
    let range: Range<Int>

    init(_ entries: [(key: any Operation, value: any Operation, isOptional: Bool)], _ range: Range<Int>) {
        self.entries = entries
        self.range = range
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        try evaluation.budget.take(1 + entries.count, at: offset)
        var builder = MapEntries.Builder(minimumCapacity: entries.count)
        for entry in entries {
            let key = try Access.key(try entry.key.value(&evaluation), at: entry.key.offset)
            var value = try entry.value.value(&evaluation)
            if entry.isOptional {
                guard let content = try Access.content(of: value, at: entry.value.offset) else { continue }
                value = content
            }
            guard builder.insert(value, for: key) else { throw Access.repeated(key, at: entry.key.offset) }
        }
        return builder.map
    }

    func title(_ evaluation: Evaluation) -> String { "the map" }
}

extension Access {
    /// What an element that is marked as optional adds; nil for nothing.
    static func content(of value: Value, at offset: Int) throws(Fault) -> Value? {
        guard case .optional(let content) = value else {
            throw Fault(
                .type, "behind ? stands an optional, and this is \(value.article)",
                hint: "write optional.of(…), or leave the ? out", at: offset)
        }
        return content
    }

    /// The value as the key of a map that is made.
    static func key(_ value: Value, at offset: Int) throws(Fault) -> MapKey {
        if case .double = value {} else if let key = MapKey(value) { return key }
        throw Fault(.type, "a map's key must not be \(value.article)", at: offset)
    }

    static func repeated(_ key: MapKey, at offset: Int) -> Fault {
        Fault(.value, "the map has the key \(key.name.quoted) twice", at: offset)
    }
}
