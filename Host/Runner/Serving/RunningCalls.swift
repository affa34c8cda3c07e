import Synchronization

/// The calls that the library has, as far as this process must know them: to say at once which are over.
final class RunningCalls: Sendable {
    private let cancelled = Mutex<[UInt64: Bool]>([:])

    func begin(_ id: UInt64) { cancelled.withLock { $0[id] = false } }

    /// Ends a call; false when it is over, or never was.
    func end(_ id: UInt64) -> Bool { cancelled.withLock { $0.removeValue(forKey: id) } != nil }

    func forget(_ id: UInt64) { _ = end(id) }

    /// Nil when it is over.
    func isCancelled(_ id: UInt64) -> Bool? { cancelled.withLock { $0[id] } }

    /// False when it is over.
    func cancel(_ id: UInt64) -> Bool { cancelled.withLock { $0.updateIfThere(id, true) } }
}

extension Dictionary {
    fileprivate mutating func updateIfThere(_ key: Key, _ value: Value) -> Bool {
        guard let index = index(forKey: key) else { return false }
        values[index] = value
        return true
    }
}
