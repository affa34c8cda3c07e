/// A day of the proleptic Gregorian calendar: today's rules, also for the centuries before them. Year 0 is 1 BC.
package struct CivilDate: Hashable, Sendable {
    package var year: Int64
    /// 1 for January.
    package var month: Int64
    /// 1 for the first of the month.
    package var day: Int64

    package init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Counts in eras of 400 years (146,097 days) that begin on 1 March, so that a leap day is the last of its year.
    package init(daysSinceEpoch days: Int64) {
        let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(flooredBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01; nil when there is no such day.
    package var daysSinceEpoch: Int64? {
        guard (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, of: year) else { return nil }
        return Self.days(to: self)
    }

    /// 0 for Sunday; nil when there is no such day.
    package var weekday: Int64? { daysSinceEpoch.map(Self.weekday(daysSinceEpoch:)) }

    /// 1 for 1 January; nil when there is no such day.
    package var dayOfYear: Int64? {
        daysSinceEpoch.map { $0 - Self.days(to: CivilDate(year: year, month: 1, day: 1)) + 1 }
    }

    /// 28 to 31. The month must be 1 to 12.
    package static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    package static func isLeap(_ year: Int64) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// 0 for Sunday. 1 January 1970 was a Thursday.
    package static func weekday(daysSinceEpoch days: Int64) -> Int64 { (days + 4).quotientAndRemainder(flooredBy: 7).1 }

    /// Of a day whose month is 1 to 12; days past its end run into the next one.
    private static func days(to date: CivilDate) -> Int64 {
        let (year, month) = (date.year, date.month)
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).quotientAndRemainder(flooredBy: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + date.day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension CivilDate: Comparable {
    package static func < (a: CivilDate, b: CivilDate) -> Bool {
        (a.year, a.month, a.day) < (b.year, b.month, b.day)
    }
}

extension Int64 {
    /// The remainder is never negative; the divisor must be above zero.
    func quotientAndRemainder(flooredBy divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
