/// How often somebody failed to prove who they are, and until when nobody may try again. For one account, whoever
/// tries, and for one address, whatever is tried.
package struct AttemptState: Sendable, Equatable {
    package struct Rules: Sendable, Equatable {
        /// Failures that cost nothing: people mistype.
        package var free: Int
        /// Milliseconds of the first wait; each further failure doubles it.
        package var first: Int64
        /// Milliseconds of the longest wait.
        package var longest: Int64
        /// Milliseconds after which failures are forgotten.
        package var memory: Int64

        package init(free: Int, first: Int64, longest: Int64, memory: Int64) {
            self.free = free
            self.first = first
            self.longest = longest
            self.memory = memory
        }

        /// Some 100 guesses a day, and nobody is locked out for longer than a quarter of an hour.
        package static let account = Rules(free: 5, first: 30_000, longest: 900_000, memory: 86_400_000)
        /// Many people may stand behind one address.
        package static let address = Rules(free: 30, first: 5_000, longest: 300_000, memory: 3_600_000)
    }

    package var failures: Int
    package var lastFailure: Timestamp?

    package init(failures: Int = 0, lastFailure: Timestamp? = nil) {
        self.failures = failures
        self.lastFailure = lastFailure
    }

    /// Until when no attempt is looked at; nil: one may be made now.
    package func closed(at now: Timestamp, by rules: Rules) -> Timestamp? {
        guard let lastFailure, !isForgotten(at: now, by: rules), failures > rules.free else { return nil }
        let doublings = min(failures - rules.free - 1, 40)
        let wait = rules.first > rules.longest >> doublings ? rules.longest : rules.first << doublings
        let end = lastFailure + min(wait, rules.longest)
        return end > now ? end : nil
    }

    /// An attempt that was looked at and was wrong.
    package mutating func fail(at now: Timestamp, by rules: Rules) {
        if isForgotten(at: now, by: rules) { failures = 0 }
        failures = min(failures, 1_000_000) + 1
        // A clock that was set back opens nothing.
        lastFailure = max(now, lastFailure ?? now)
    }

    package mutating func succeed() { self = AttemptState() }

    package func isForgotten(at now: Timestamp, by rules: Rules) -> Bool {
        guard let lastFailure else { return true }
        return now - lastFailure >= rules.memory
    }
}
