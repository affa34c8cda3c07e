import PatchbayCore

/// Something that is fetched now and then: what is known of it, and when it may be asked for. Pure.
struct RefreshState<Value: Sendable>: Sendable {
    /// Milliseconds that what was fetched counts.
    static var life: Int64 { 3_600_000 }
    /// Milliseconds between two times that it is fetched before its time, as for a key that is not known: whoever makes
    /// up names of keys must not make this host ask on and on.
    static var pause: Int64 { 30_000 }
    /// Milliseconds after a failure in which nobody asks again.
    static var rest: Int64 { 3_000 }

    private(set) var value: Value?
    private var fetchedAt: Timestamp?
    private var failedAt: Timestamp?

    /// What is known and still counts.
    func current(at now: Timestamp) -> Value? {
        guard let value, let fetchedAt, now - fetchedAt < Self.life, fetchedAt <= now + Self.pause else { return nil }
        return value
    }

    /// Whether it may be fetched, though it may be known: not right after it was, nor after that failed.
    func mayFetch(at now: Timestamp) -> Bool {
        if let failedAt, now >= failedAt, now - failedAt < Self.rest { return false }
        guard current(at: now) != nil, let fetchedAt else { return true }
        return now - fetchedAt >= Self.pause
    }

    mutating func fetched(_ value: Value, at now: Timestamp) {
        self.value = value
        fetchedAt = now
        failedAt = nil
    }

    mutating func failed(at now: Timestamp) { failedAt = now }
}
