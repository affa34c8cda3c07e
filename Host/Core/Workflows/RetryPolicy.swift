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
    /// Codes of the errors after which is tried again; nil: those that may pass, as whoever reports them says.
    package var codes: [String]?

    package init(
        attempts: Int, backoff: Backoff = .exponential, initial: Int64 = 1000, max: Int64 = 60_000, jitter: Bool = true,
        codes: [String]? = nil
    ) {
        self.attempts = attempts
        self.backoff = backoff
        self.initial = initial
        self.max = max
        self.jitter = jitter
        self.codes = codes
    }

    package static let none = RetryPolicy(attempts: 1)
    /// Of a node that is to be tried again and does not say how.
    package static let standard = RetryPolicy(attempts: 3)

    /// Whether an error of this code is followed by another attempt, while there are some left.
    package func covers(_ code: String, isRetryable: Bool) -> Bool { codes?.contains(code) ?? isRetryable }

    /// Milliseconds to wait after the given failed attempt (1 for the first). With jitter the wait lies between half
    /// and the whole of what the back-off says; `random`, from 0 to 1, chooses where.
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
