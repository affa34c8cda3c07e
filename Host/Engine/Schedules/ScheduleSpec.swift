package import PatchbayCore
import PatchbayExpressions
package import PatchbayJSON

/// What a `schedule` node, or a schedule beside a document, says.
package struct ScheduleSpec: Sendable {
    enum Rule: Sendable, Hashable {
        case cron(CronSchedule)
        /// Milliseconds from one time to the next, counted from `from`.
        case every(Int64, from: Timestamp)
        /// Ascending, each once.
        case moments([Timestamp])
    }

    /// What is done about times at which nobody was there.
    package enum Missed: String, Sendable, CaseIterable {
        /// Nothing.
        case skip
        /// One run for all of them.
        case once
        /// A run for each, up to `most` of the last ones.
        case all
    }

    /// What is done when it is time and the run before has not ended.
    package enum Overlap: String, Sendable, CaseIterable {
        /// The new run goes on beside it.
        case allow
        /// There is no new run.
        case skip
        /// The new run waits for its end.
        case queue
        /// It is cancelled.
        case replace
    }

    let rule: Rule
    /// A name of the IANA database, or a fixed offset.
    package let zone: String
    /// Milliseconds.
    package let jitter: Int64
    package let missed: Missed
    /// With `all`, of missed times.
    package let most: Int
    /// Milliseconds; what is later than this has been missed.
    package let grace: Int64
    package let overlap: Overlap
    /// The body that runs are started with.
    package let input: JSON

    static let longestJitter: Int64 = 86_400_000
    static let graces: ClosedRange<Int64> = 1_000...30 * 86_400_000
    static let standardGrace: Int64 = 60_000
    static let mostMoments = 1_000
    static let mostMade: ClosedRange<Int64> = 1...1_000
    static let standardMost = 100

    /// Its times by the rules of its zone; nil when there is no such zone here.
    package func times(of schedule: ScheduleID, in zones: any TimeZones) -> ScheduleTimes? {
        guard let rules = zones.rules(named: zone) else { return nil }
        return ScheduleTimes(rule: rule, rules: rules, jitter: jitter, seed: schedule.high ^ schedule.low)
    }
}
