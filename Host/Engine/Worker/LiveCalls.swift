import PatchbayCore

/// The calls of one run that are under way: a few, so that they are looked through instead of hashed.
struct LiveCalls: Sequence {
    private var calls: [LiveCall] = []

    var count: Int { calls.count }
    var isEmpty: Bool { calls.isEmpty }

    /// When something is to be done about one of them.
    var firstDue: Timestamp? { calls.lazy.map(\.due).min() }

    func makeIterator() -> IndexingIterator<[LiveCall]> { calls.makeIterator() }

    /// In place of another call of the same step.
    mutating func add(_ call: LiveCall) {
        if let index = index(call.call.key) { calls[index] = call } else { calls.append(call) }
    }

    /// Answers the call that is removed; nil when this attempt is not under way.
    mutating func remove(_ key: StepKey, attempt: Int) -> LiveCall? {
        guard let index = index(key), calls[index].call.attempt == attempt else { return nil }
        return calls.remove(at: index)
    }

    /// See `LiveCall`; nothing where there is none.
    mutating func cut(_ key: StepKey, short reason: LiveCall.Cut, until moment: Timestamp) {
        if let index = index(key) { calls[index].cut(short: reason, until: moment) }
    }

    private func index(_ key: StepKey) -> Int? { calls.firstIndex { $0.call.key == key } }
}
