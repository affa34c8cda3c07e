package import PatchbayCore
import PatchbayExpressions

/// The times of a schedule, and when each is dealt with.
package struct ScheduleTimes: Sendable {
    let rule: ScheduleSpec.Rule
    let rules: TimeZoneRules
    /// Milliseconds.
    let jitter: Int64
    /// Of the schedule, so that its jitter differs from others'.
    let seed: UInt64

    /// The next time after a moment; nil when there is none.
    package func next(after moment: Timestamp) -> Timestamp? {
        switch rule {
        case .cron(let schedule): return schedule.next(after: moment, in: rules)
        case .every(let interval, let from):
            let (passed, rest) = (moment - from).quotientAndRemainder(dividingBy: interval)
            let periods = rest < 0 ? passed : passed + 1
            let (offset, isTooLarge) = periods.multipliedReportingOverflow(by: interval)
            return isTooLarge ? nil : from + offset
        case .moments(let moments): return moments.first { $0 > moment }
        }
    }

    /// The next times after a moment, at most so many.
    package func next(_ count: Int, after moment: Timestamp) -> [Timestamp] {
        var times: [Timestamp] = []
        var last = moment
        while times.count < count, let time = next(after: last) {
            times.append(time)
            last = time
        }
        return times
    }

    /// When a time is dealt with: later by its jitter, which the same schedule and time always have, and before the next.
    package func moment(of time: Timestamp) -> Timestamp {
        guard jitter > 0 else { return time }
        let gap = next(after: time).map { $0 - time } ?? jitter
        let most = min(jitter, gap)
        guard most > 1 else { return time }
        return time + Int64(Self.mixed(seed ^ UInt64(bitPattern: time.milliseconds)) % UInt64(most))
    }

    /// As even as chance (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014: its last step).
    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9e37_79b9_7f4a_7c15
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
