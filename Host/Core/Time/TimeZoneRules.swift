/// Which offset from UTC holds in one place, at any time: a table of changes, and a rule for all times after it.
///
/// Moments are seconds since 1970-01-01T00:00:00Z, leap seconds not counted. Beyond ±2^53 seconds (285 million years) they
/// are taken for that bound.
package struct TimeZoneRules: Hashable, Sendable {
    /// What holds between two changes.
    package struct Period: Hashable, Sendable {
        /// Seconds east of UTC, above -90,000 and below 93,600.
        package var offset: Int64
        /// Whether the zone calls it daylight-saving time. Only a word of the database: some winters are called so.
        package var isDaylight: Bool
        /// `CET`, `EDT`, `+03`: what people there put behind a time.
        package var abbreviation: String

        package init(offset: Int64, isDaylight: Bool, abbreviation: String) {
            self.offset = offset
            self.isDaylight = isDaylight
            self.abbreviation = abbreviation
        }
    }

    static let bound: Int64 = 1 << 53

    /// Ascending.
    let changes: [Int64]
    /// The period that begins at the change of the same position.
    let periodsAfter: [Int]
    /// Never empty; the first holds before the first change.
    let periods: [Period]
    /// For all times after the last change, or for all when there are none; nil when the last period holds for ever.
    let rule: YearlyRule?

    init(changes: [Int64], periodsAfter: [Int], periods: [Period], rule: YearlyRule?) {
        self.changes = changes
        self.periodsAfter = periodsAfter
        self.periods = periods
        self.rule = rule
    }

    package static let utc = TimeZoneRules(offset: 0, abbreviation: "UTC")

    /// The same offset for ever, in seconds east of UTC.
    package init(offset: Int64, abbreviation: String) {
        let period = Period(offset: offset, isDaylight: false, abbreviation: abbreviation)
        self.init(changes: [], periodsAfter: [], periods: [period], rule: nil)
    }

    /// The period that a moment falls into.
    package func period(at seconds: Int64) -> Period {
        let moment = Self.bounded(seconds)
        let position = lastChange(notAfter: moment)
        if let rule, position == changes.count - 1 { return rule.period(at: moment) }
        return periods[position < 0 ? 0 : periodsAfter[position]]
    }

    /// What calendar and clock show there at a moment.
    package func civilTime(at seconds: Int64) -> CivilTime {
        let moment = Self.bounded(seconds)
        return CivilTime(secondsSinceEpoch: moment + period(at: moment).offset)
    }

    /// The next moment at which the offset becomes another; nil when it never does again.
    package func nextChange(after seconds: Int64) -> Int64? {
        let moment = Self.bounded(seconds)
        var offset = period(at: moment).offset
        var position = lastChange(notAfter: moment) + 1
        while position < changes.count {
            let next = periods[periodsAfter[position]].offset
            if next != offset { return changes[position] }
            offset = next
            position += 1
        }
        return rule?.nextChange(after: max(moment, changes.last ?? moment))
    }

    /// The position of the last change that has happened at a moment; -1 before the first.
    private func lastChange(notAfter moment: Int64) -> Int {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle] <= moment { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    static func bounded(_ seconds: Int64) -> Int64 { min(max(seconds, -bound), bound) }
}
