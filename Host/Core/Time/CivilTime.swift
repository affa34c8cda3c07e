/// What a calendar and a clock on the wall show, without saying where they hang. Seconds are 0 to 59: leap seconds have no
/// place in it.
package struct CivilTime: Hashable, Sendable {
    package var date: CivilDate
    package var hour: Int64
    package var minute: Int64
    package var second: Int64

    package init(
        year: Int64, month: Int64, day: Int64, hour: Int64 = 0, minute: Int64 = 0, second: Int64 = 0
    ) {
        date = CivilDate(year: year, month: month, day: day)
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// What a clock in UTC shows that many seconds after 1970-01-01T00:00:00Z.
    package init(secondsSinceEpoch seconds: Int64) {
        let (days, inDay) = seconds.quotientAndRemainder(flooredBy: 86_400)
        date = CivilDate(daysSinceEpoch: days)
        hour = inDay / 3_600
        minute = inDay / 60 % 60
        second = inDay % 60
    }

    /// The seconds since the epoch at which a clock in UTC shows this; nil when none ever does.
    package var secondsSinceEpoch: Int64? {
        guard (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second) else { return nil }
        return date.daysSinceEpoch.map { $0 * 86_400 + hour * 3_600 + minute * 60 + second }
    }
}

extension CivilTime: Comparable {
    package static func < (a: CivilTime, b: CivilTime) -> Bool {
        a.date != b.date ? a.date < b.date : (a.hour, a.minute, a.second) < (b.hour, b.minute, b.second)
    }
}
