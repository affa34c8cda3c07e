import PatchbayCore
import PatchbayExpressions
import PatchbayTimeZones
import Testing

struct CronScheduleTests {
    private let zones = SystemTimeZones()

    private func next(_ text: String, after: String, in zone: String = "UTC", count: Int = 1) throws -> [String] {
        let rules = try #require(zones.rules(named: zone))
        return try CronSchedule(text).next(count, after: Timestamp(after)!, in: rules).map(\.description)
    }

    @Test(arguments: [
        ("30 9 * * MON-FRI", "2026-11-20T09:30:00Z", "2026-11-23T09:30:00.000Z"),
        ("0 0 * * 7", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00.000Z"),
        ("0 0 * * fri-sun", "2026-11-22T00:00:00Z", "2026-11-27T00:00:00.000Z"),
        ("0 0 L * *", "2026-02-01T00:00:00Z", "2026-02-28T00:00:00.000Z"),
        ("0 0 L * *", "2028-02-01T00:00:00Z", "2028-02-29T00:00:00.000Z"),
        ("0 0 * * FRI#2", "2026-11-21T00:00:00Z", "2026-12-11T00:00:00.000Z"),
        ("0 0 * * MON#5", "2026-12-01T00:00:00Z", "2027-03-29T00:00:00.000Z"),
        ("0 0 * * friL", "2026-11-21T00:00:00Z", "2026-11-27T00:00:00.000Z"),
        ("0 0 13 * FRI", "2026-11-21T00:00:00Z", "2026-11-27T00:00:00.000Z"),
        ("*/20 * * * * *", "2026-11-21T00:00:00.5Z", "2026-11-21T00:00:20.000Z"),
        ("59 59 23 31 12 *", "2026-11-21T00:00:00Z", "2026-12-31T23:59:59.000Z"),
        ("0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00.000Z"),
        ("0 0 1 1 *", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00.000Z"),
        ("@yearly", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00.000Z"),
        ("@Monthly", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00.000Z"),
        ("@every 90m", "2026-01-01T00:00:00.250Z", "2026-01-01T01:30:00.000Z"),
        ("* * * * *", "1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00.000Z"),
        ("* * * * *", "1969-12-31T23:58:59.999Z", "1969-12-31T23:59:00.000Z"),
        ("0 0 * 2 MON#5", "2016-03-01T00:00:00Z", "2044-02-29T00:00:00.000Z"),
    ])
    func `the next time is found`(text: String, after: String, expected: String) throws {
        #expect(try next(text, after: after) == [expected])
    }

    @Test(arguments: ["0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 31 2 ?", "0 0 0 30 FEB *"])
    func `a date that never comes has no time`(text: String) throws {
        #expect(try next(text, after: "2026-01-01T00:00:00Z", in: "Europe/Berlin") == [])
    }

    @Test func `there is nothing after the last year`() throws {
        #expect(try next("@yearly", after: "9998-06-01T00:00:00Z", count: 3) == ["9999-01-01T00:00:00.000Z"])
        #expect(try next("@every 1s", after: "9999-12-31T23:59:59Z") == [])
        let schedule = try CronSchedule("* * * * *")
        #expect(schedule.next(after: Timestamp(milliseconds: .max), in: .utc) == nil)
        #expect(schedule.next(after: Timestamp(milliseconds: .min), in: .utc) != nil)
    }

    @Test func `what clocks skip does not happen that day`() throws {
        // 02:00 to 03:00 does not exist in Berlin on 29 March 2026.
        #expect(
            try next("30 2 * * *", after: "2026-03-28T12:00:00Z", in: "Europe/Berlin") == ["2026-03-30T00:30:00.000Z"])
        #expect(
            try next("*/30 * * * *", after: "2026-03-29T00:00:00Z", in: "Europe/Berlin", count: 3) == [
                "2026-03-29T00:30:00.000Z", "2026-03-29T01:00:00.000Z", "2026-03-29T01:30:00.000Z",
            ])
    }

    @Test func `what clocks show twice happens twice`() throws {
        #expect(
            try next("30 2 * * *", after: "2026-10-24T12:00:00Z", in: "Europe/Berlin", count: 3) == [
                "2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z", "2026-10-26T01:30:00.000Z",
            ])
    }

    @Test func `a day that a country left out is left out`() throws {
        #expect(
            try next("0 12 * * *", after: "2011-12-29T23:00:00Z", in: "Pacific/Apia") == ["2011-12-30T22:00:00.000Z"])
    }

    @Test func `the zone may stand before the fields`() throws {
        #expect(try CronSchedule("CRON_TZ=Asia/Tokyo 0 9 * * *").zone == "Asia/Tokyo")
        #expect(try CronSchedule("TZ=+02:00 @daily").zone == "+02:00")
        #expect(try CronSchedule("0 9 * * *").zone == nil)
    }
}
