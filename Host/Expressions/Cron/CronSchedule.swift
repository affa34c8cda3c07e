package import PatchbayCore

/// When something is to happen again and again, as cron writes it.
///
/// Five fields (minute, hour, day of month, month, day of week) or six (the second before them), or `@daily` and its kin,
/// or `@every 90m`; `CRON_TZ=Europe/Berlin` before them names the zone. A day counts when day of month or day of week
/// allows it, if both are restricted; else when both allow it.
///
/// Clocks decide: a time counts whenever clocks in the zone show it. Times that clocks skip as they are put forward do not
/// happen that day, times that they show twice happen twice. (robfig/cron does the same; Debian's cron does not.)
package struct CronSchedule: Sendable, Hashable {
    enum Rule: Sendable, Hashable {
        case times(CronTimes)
        /// Seconds from one to the next.
        case every(Int64)
    }

    /// The text it was read from.
    package let text: String
    /// The zone that the text itself names; it goes before any other.
    package let zone: String?
    let rule: Rule

    /// 9999-12-31T23:59:59Z: later moments have no text.
    private static let lastMoment: Int64 = 253_402_300_799

    package init(_ text: String) throws(CronError) {
        var reader = CronReader(text)
        self.text = text
        (zone, rule) = try reader.schedule()
    }

    /// The next moment after one; nil when there is none in fifty years.
    ///
    /// `@every` counts from the moment given.
    package func next(after moment: Timestamp, in rules: TimeZoneRules) -> Timestamp? {
        let (seconds, _) = moment.milliseconds.quotientAndRemainder(dividingBy: 1_000)
        // Towards the past, whole moments and those within a second alike.
        let whole = moment.milliseconds < seconds * 1_000 ? seconds - 1 : seconds
        guard whole < Self.lastMoment else { return nil }
        let next: Int64?
        switch rule {
        case .every(let interval): next = whole + interval
        case .times(let times): next = Self.next(of: times, after: whole, in: rules)
        }
        guard let next, next <= Self.lastMoment else { return nil }
        return Timestamp(milliseconds: next * 1_000)
    }

    /// The next moments after one, at most that many.
    package func next(_ count: Int, after moment: Timestamp, in rules: TimeZoneRules) -> [Timestamp] {
        var moments: [Timestamp] = []
        var last = moment
        while moments.count < count, let next = next(after: last, in: rules) {
            moments.append(next)
            last = next
        }
        return moments
    }

    /// Goes from one change of the offset to the next: between two, local time runs as evenly as UTC does.
    private static func next(of times: CronTimes, after moment: Int64, in rules: TimeZoneRules) -> Int64? {
        let last = min(lastMoment, moment + CronTimes.longestWait * 31_622_400)
        var start = moment + 1
        // Local times without a match.
        var (low, high): (Int64, Int64) = (0, 0)
        while start <= last {
            let offset = rules.period(at: start).offset
            let end = rules.nextChange(after: start)
            let isKnown = end.map { low <= start + offset && $0 + offset <= high } ?? false
            if !isKnown {
                guard let local = times.first(notBefore: start + offset) else { return nil }
                guard let end, local - offset >= end else { return local - offset }
                (low, high) = (start + offset, local)
            }
            guard let end else { return nil }
            start = end
        }
        return nil
    }
}

extension CronSchedule: CustomStringConvertible {
    package var description: String { text }
}
