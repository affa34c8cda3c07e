import PatchbayCore
import Synchronization

/// How often this host saw attempts fail from an address, or for a name that nobody has. (Those of accounts are counted
/// by the database, for all hosts.)
final class RecentAttempts: Sendable {
    /// More of them, and the oldest are forgotten.
    private static let most = 10_000

    private let rules: AttemptState.Rules
    private let states: Mutex<[String: AttemptState]> = Mutex([:])

    init(_ rules: AttemptState.Rules) { self.rules = rules }

    /// Counts an attempt before it is looked at. Answers until when none is, and then counts nothing.
    func admit(_ name: String, at now: Timestamp) -> Timestamp? {
        states.withLock { states in
            var state = states[name, default: AttemptState()]
            if let end = state.closed(at: now, by: rules) { return end }
            state.fail(at: now, by: rules)
            if states.count >= Self.most {
                states = states.filter { !$0.value.isForgotten(at: now, by: rules) }
                // Somebody tries from very many places: those who failed least are forgotten.
                if states.count >= Self.most { states = states.filter { $0.value.failures > rules.free } }
                if states.count >= Self.most { states.removeAll() }
            }
            states[name] = state
            return nil
        }
    }

    func forget(_ name: String) { states.withLock { _ = $0.removeValue(forKey: name) } }
}
