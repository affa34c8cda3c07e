import PatchbayCore

/// The times that the fields of a schedule allow, as bits of numbers.
struct CronTimes: Sendable, Hashable {
    var seconds: UInt64 = 1
    var minutes: UInt64 = 0
    var hours: UInt64 = 0
    /// Bit 1 is the first of the month, bit 0 its last day.
    var daysOfMonth: UInt64 = 0
    var months: UInt64 = 0
    /// Eight bits for each weekday, Sunday's the lowest: bits 1 to 5 for its first to fifth in a month, bit 0 for its last.
    var daysOfWeek: UInt64 = 0
    /// `*` or `?`: the other field of days alone decides. When both are restricted, a day that either allows counts.
    var isAnyDayOfMonth = false
    var isAnyDayOfWeek = false

    /// Years after which a date that never comes is given up: the rarest one that comes is a fifth Monday (or other weekday) in
    /// February, up to 40 years after another.
    static let longestWait: Int64 = 50

    static let everyOfWeekday: UInt64 = 0b0011_1110

    /// The first time from `local` on, both in seconds of a clock in UTC; nil when there is none in fifty years.
    func first(notBefore local: Int64) -> Int64? {
        let time = CivilTime(secondsSinceEpoch: local)
        let year = time.date.year
        var date = time.date
        if isAllowed(date), let found = firstInDay(notBefore: time) { return found }
        date.day += 1
        while date.year <= year + Self.longestWait {
            let rest = months >> UInt64(date.month)
            guard rest != 0 else {
                date = CivilDate(year: date.year + 1, month: 1, day: 1)
                continue
            }
            if rest & 1 == 0 {
                date = CivilDate(year: date.year, month: date.month + Int64(rest.trailingZeroBitCount), day: 1)
            }
            let days = days(inMonth: date.month, of: date.year) >> UInt64(date.day)
            if days != 0 {
                date.day += Int64(days.trailingZeroBitCount)
                return firstInDay(notBefore: CivilTime(year: date.year, month: date.month, day: date.day))
            }
            date = CivilDate(year: date.year, month: date.month + 1, day: 1)
            if date.month == 13 { date = CivilDate(year: date.year + 1, month: 1, day: 1) }
        }
        return nil
    }

    private func isAllowed(_ date: CivilDate) -> Bool {
        months >> UInt64(date.month) & 1 == 1 && days(inMonth: date.month, of: date.year) >> UInt64(date.day) & 1 == 1
    }

    /// The days that count in a month: bit 1 for the first.
    private func days(inMonth month: Int64, of year: Int64) -> UInt64 {
        let count = UInt64(CivilDate.days(inMonth: month, of: year))
        var ofMonth = daysOfMonth & ~1
        if daysOfMonth & 1 == 1 { ofMonth |= 1 << count }
        var ofWeek: UInt64 = 0
        if !isAnyDayOfWeek {
            var weekday = UInt64(CivilDate(year: year, month: month, day: 1).weekday ?? 0)
            for day in 1...count {
                let place: UInt64 = 1 << ((day - 1) / 7 + 1) | (day + 7 > count ? 1 : 0)
                if daysOfWeek >> (weekday * 8) & place != 0 { ofWeek |= 1 << day }
                weekday = weekday == 6 ? 0 : weekday + 1
            }
        }
        let all: UInt64 = (1 << (count + 1)) - 2
        switch (isAnyDayOfMonth, isAnyDayOfWeek) {
        case (true, true): return all
        case (true, false): return ofWeek
        case (false, true): return ofMonth & all
        case (false, false): return (ofMonth | ofWeek) & all
        }
    }

    /// The first time of that day from the time on.
    private func firstInDay(notBefore time: CivilTime) -> Int64? {
        var found = time
        if hours >> UInt64(time.hour) & 1 == 1 {
            if minutes >> UInt64(time.minute) & 1 == 1, let second = seconds.first(notBefore: time.second) {
                found.second = second
                return found.secondsSinceEpoch
            }
            if let minute = minutes.first(notBefore: time.minute + 1) {
                found.minute = minute
                found.second = Int64(seconds.trailingZeroBitCount)
                return found.secondsSinceEpoch
            }
        }
        guard let hour = hours.first(notBefore: time.hour + 1) else { return nil }
        found.hour = hour
        found.minute = Int64(minutes.trailingZeroBitCount)
        found.second = Int64(seconds.trailingZeroBitCount)
        return found.secondsSinceEpoch
    }
}

extension UInt64 {
    /// The lowest bit that is set, from one on.
    fileprivate func first(notBefore bit: Int64) -> Int64? {
        let rest = self >> UInt64(bit)
        return rest == 0 ? nil : bit + Int64(rest.trailingZeroBitCount)
    }
}
