/// A rule that repeats every year, as the `TZ` variable of POSIX.1-2024 (8.3) writes it: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct YearlyRule: Hashable, Sendable {
    /// A day of every year.
    enum Day: Hashable, Sendable {
        /// 1 to 365, 29 February never counted.
        case withoutLeapDay(Int64)
        /// 0 to 365.
        case ofYear(Int64)
        /// The week is 1 to 5, of which 5 is the last; the weekday 0 for Sunday.
        case ofWeek(month: Int64, week: Int64, weekday: Int64)
    }

    /// When clocks change, on the clocks of before.
    struct Change: Hashable, Sendable {
        var day: Day
        /// Seconds from that day's midnight; RFC 9636 allows ±167 hours.
        var time: Int64
    }

    struct Daylight: Hashable, Sendable {
        var period: TimeZoneRules.Period
        var start: Change
        var end: Change
    }

    var standard: TimeZoneRules.Period
    var daylight: Daylight?

    func period(at moment: Int64) -> TimeZoneRules.Period {
        guard let daylight else { return standard }
        return switches(around: moment, daylight).last { $0.moment <= moment }?.period ?? standard
    }

    func nextChange(after moment: Int64) -> Int64? {
        guard let daylight, daylight.period.offset != standard.offset else { return nil }
        let now = period(at: moment).offset
        let later = switches(around: moment, daylight).filter { $0.moment > moment }
        // Of two at one moment the second counts; of the last of all nobody knows here whether there is a second.
        for (change, following) in zip(later, later.dropFirst()) where change.period.offset != now {
            if following.moment != change.moment { return change.moment }
        }
        return nil
    }

    /// The changes of the years around a moment, in their order. Where one year's daylight time ends as the next one's
    /// begins, the beginning comes last: then it is daylight time all year (RFC 9636, 3.3.1).
    private func switches(
        around moment: Int64, _ daylight: Daylight
    ) -> [(moment: Int64, period: TimeZoneRules.Period)] {
        let year = CivilTime(secondsSinceEpoch: moment + standard.offset).date.year
        var changes: [(moment: Int64, period: TimeZoneRules.Period)] = []
        changes.reserveCapacity(8)
        for year in year - 2...year + 2 {
            changes.append((daylight.start.seconds(in: year) - standard.offset, daylight.period))
            changes.append((daylight.end.seconds(in: year) - daylight.period.offset, standard))
        }
        changes.sort { a, b in
            a.moment != b.moment ? a.moment < b.moment : !a.period.isDaylight && b.period.isDaylight
        }
        return changes
    }
}

extension YearlyRule.Change {
    /// On the clocks of before, as seconds of a clock in UTC.
    func seconds(in year: Int64) -> Int64 {
        let newYear = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch ?? 0
        let days: Int64
        switch day {
        case .ofYear(let day): days = newYear + day
        case .withoutLeapDay(let day): days = newYear + day - (CivilDate.isLeap(year) && day >= 60 ? 0 : 1)
        case .ofWeek(let month, let week, let weekday):
            let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch ?? newYear
            let toWeekday = (weekday - CivilDate.weekday(daysSinceEpoch: first) + 7) % 7
            var day = toWeekday + (week - 1) * 7
            if day >= CivilDate.days(inMonth: month, of: year) { day -= 7 }
            days = first + day
        }
        return days * 86_400 + time
    }
}
