import PatchbayCore
import Testing

struct CivilTimeTests {
    @Test(
        arguments: [
            (0, CivilTime(year: 1970, month: 1, day: 1)),
            (-1, CivilTime(year: 1969, month: 12, day: 31, hour: 23, minute: 59, second: 59)),
            (951_782_400, CivilTime(year: 2000, month: 2, day: 29)),
            (-62_167_219_200, CivilTime(year: 0, month: 1, day: 1)),
            (253_402_300_799, CivilTime(year: 9999, month: 12, day: 31, hour: 23, minute: 59, second: 59)),
            (-62_198_755_200, CivilTime(year: -1, month: 1, day: 1)),
        ] as [(Int64, CivilTime)])
    func `seconds become a calendar's fields and come back`(seconds: Int64, time: CivilTime) {
        #expect(CivilTime(secondsSinceEpoch: seconds) == time)
        #expect(time.secondsSinceEpoch == seconds)
    }

    @Test func `every day of eight centuries follows the one before`() {
        let first = CivilDate(year: 1600, month: 1, day: 1).daysSinceEpoch!
        var last = CivilDate(daysSinceEpoch: first - 1)
        for days in first..<first + 2 * 146_097 {
            let date = CivilDate(daysSinceEpoch: days)
            #expect(date.daysSinceEpoch == days)
            #expect(date > last)
            let isNextInMonth = date.day == last.day + 1 && date.month == last.month && date.year == last.year
            let isFirst = date.day == 1 && last.day == CivilDate.days(inMonth: last.month, of: last.year)
            #expect(isNextInMonth || isFirst)
            last = date
        }
    }

    @Test(arguments: [
        CivilTime(year: 2026, month: 2, day: 29), CivilTime(year: 1900, month: 2, day: 29),
        CivilTime(year: 2026, month: 13, day: 1), CivilTime(year: 2026, month: 0, day: 1),
        CivilTime(year: 2026, month: 4, day: 31), CivilTime(year: 2026, month: 4, day: 0),
        CivilTime(year: 2026, month: 1, day: 1, hour: 24), CivilTime(year: 2026, month: 1, day: 1, minute: 60),
        CivilTime(year: 2026, month: 1, day: 1, second: 60), CivilTime(year: 2026, month: 1, day: 1, hour: -1),
    ])
    func `what no calendar or clock shows is no moment`(time: CivilTime) {
        #expect(time.secondsSinceEpoch == nil)
    }

    @Test func `weekdays and days of the year are known`() {
        let date = CivilDate(year: 2024, month: 12, day: 31)
        #expect(date.weekday == 2)
        #expect(date.dayOfYear == 366)
        #expect(CivilDate(year: 2026, month: 11, day: 21).weekday == 6)
        #expect(CivilDate(year: 1969, month: 12, day: 28).weekday == 0)
        #expect(CivilDate(year: 2023, month: 2, day: 29).dayOfYear == nil)
    }
}
