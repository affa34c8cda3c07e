/// How often a step is tried, and how long is waited in between.
package struct RetryPolicy: Sendable, Equatable {
    package enum Backoff: String, Sendable, CaseIterable { case fixed, linear, exponential }

    /// 1 to 100; 1 means that nothing is tried again.
    package var attempts: Int
    package var backoff: Backoff
    /// Milliseconds before the second attempt.
    package var initial: Int64
    /// The longest wait, in milliseconds.
    package var max: Int64
    /// Whether waits are spread, so that steps that failed together do not come back together.
    package var jitter: Bool

    package init(
        attempts: Int, backoff: Backoff = .exponential, initial: Int64 = 1000, max: Int64 = 60_000, jitter: Bool = true
    ) {
        self.attempts = attempts
        self.backoff = backoff
        self.initial = initial
        self.max = max
        self.jitter = jitter
    }

    package static let none = RetryPolicy(attempts: 1)

    /// Milliseconds to wait after the given failed attempt (1 for the first). With jitter the wait lies between half and
    /// the whole of what the back-off says; `random`, from 0 to 1, chooses where.
    package func delay(afterAttempt attempt: Int, random: Double) -> Int64 {
        let count = Int64(Swift.max(attempt, 1))
        let (grown, isTooLong): (Int64, Bool) =
            switch backoff {
            case .fixed: (initial, false)
            case .linear: initial.multipliedReportingOverflow(by: count)
            case .exponential: initial.multipliedReportingOverflow(by: 1 << Swift.min(count - 1, 40))
            }
        let whole = isTooLong ? max : Swift.min(grown, max)
        guard jitter else { return whole }
        let (least, spread) = (whole / 2, Double(whole - whole / 2))
        guard random > 0 else { return least }
        let extra = spread * random
        return extra < spread ? least + Int64(extra) : whole
    }
}
