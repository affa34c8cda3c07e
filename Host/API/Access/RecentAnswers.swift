import PatchbayCore
import Synchronization

/// What the database said about a token, for the seconds in which it need not be asked again. What was revoked is
/// refused after `lifetime` at the latest, by every host.
final class RecentAnswers<Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value
        let until: Timestamp
    }

    /// More tokens than that in a lifetime, and all begin anew.
    private static var most: Int { 20_000 }

    private let lifetime: Int64
    private let entries: Mutex<[[UInt8]: Entry]> = Mutex([:])

    /// - Parameter lifetime: Milliseconds.
    init(lifetime: Int64 = 1_500) { self.lifetime = lifetime }

    /// Only what was found is kept: what is unknown now may exist in a moment, and nobody fills the memory with
    /// guesses.
    func value(
        for digest: [UInt8], at now: Timestamp, orAsk ask: () async throws -> Value?
    ) async throws -> Value? {
        if let known = known(for: digest, at: now) { return known }
        guard let value = try await ask() else { return nil }
        entries.withLock { entries in
            if entries.count >= Self.most { entries.removeAll() }
            entries[digest] = Entry(value: value, until: now + lifetime)
        }
        return value
    }

    /// Nil where the database has to be asked.
    func known(for digest: [UInt8], at now: Timestamp) -> Value? {
        entries.withLock { entries in
            // A clock that was set back must not make answers live for long.
            guard let entry = entries[digest], entry.until > now, entry.until <= now + lifetime else { return nil }
            return entry.value
        }
    }

    /// This host need not wait until it is over.
    func forget(_ digest: [UInt8]) { entries.withLock { _ = $0.removeValue(forKey: digest) } }
    func forgetAll() { entries.withLock { $0.removeAll() } }
}
