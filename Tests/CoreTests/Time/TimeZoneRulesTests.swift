import PatchbayCore
import Testing

struct TimeZoneRulesTests {
    private let berlin = try! TimeZoneRules(parsing: ZoneBytes.rule("CET-1CEST,M3.5.0,M10.5.0/3"))

    private func seconds(_ text: String) -> Int64 { Timestamp(text)!.milliseconds / 1000 }

    private func local(_ text: String) -> CivilTime { CivilTime(secondsSinceEpoch: seconds(text + "Z")) }

    @Test(arguments: [
        ("2026-01-15T12:00:00Z", 3_600, "CET"), ("2026-03-29T00:59:59Z", 3_600, "CET"),
        ("2026-03-29T01:00:00Z", 7_200, "CEST"), ("2026-10-25T00:59:59Z", 7_200, "CEST"),
        ("2026-10-25T01:00:00Z", 3_600, "CET"), ("2999-07-01T00:00:00Z", 7_200, "CEST"),
    ])
    func `a yearly rule says what holds`(moment: String, offset: Int64, abbreviation: String) {
        let period = berlin.period(at: seconds(moment))
        #expect(period.offset == offset)
        #expect(period.abbreviation == abbreviation)
        #expect(period.isDaylight == (offset == 7_200))
    }

    @Test func `a time in the hour that is left out has no moment`() {
        let change = seconds("2026-03-29T01:00:00Z")
        #expect(berlin.moments(of: local("2026-03-29T01:59:59")) == .one(change - 1))
        #expect(berlin.moments(of: local("2026-03-29T02:00:00")) == .gap(change: change))
        #expect(berlin.moments(of: local("2026-03-29T02:59:59")) == .gap(change: change))
        #expect(berlin.moments(of: local("2026-03-29T03:00:00")) == .one(change))
    }

    @Test func `a time in the hour that comes twice has two moments`() {
        let change = seconds("2026-10-25T01:00:00Z")
        #expect(berlin.moments(of: local("2026-10-25T01:59:59")) == .one(change - 3_601))
        #expect(berlin.moments(of: local("2026-10-25T02:00:00")) == .fold(first: change - 3_600, second: change))
        #expect(berlin.moments(of: local("2026-10-25T02:59:59")) == .fold(first: change - 1, second: change + 3_599))
        #expect(berlin.moments(of: local("2026-10-25T03:00:00")) == .one(change + 3_600))
    }

    @Test func `the next change of the offset is known`() {
        let winter = seconds("2026-10-25T01:00:00Z")
        #expect(berlin.nextChange(after: winter - 1) == winter)
        #expect(berlin.nextChange(after: winter) == seconds("2027-03-28T01:00:00Z"))
        #expect(TimeZoneRules.utc.nextChange(after: 0) == nil)
    }

    @Test func `south of the equator summer is in January`() throws {
        let sydney = try TimeZoneRules(parsing: ZoneBytes.rule("AEST-10AEDT,M10.1.0,M4.1.0/3"))
        #expect(sydney.period(at: seconds("2026-01-01T00:00:00Z")).abbreviation == "AEDT")
        #expect(sydney.period(at: seconds("2026-04-04T15:59:59Z")).abbreviation == "AEDT")
        #expect(sydney.period(at: seconds("2026-04-04T16:00:00Z")).abbreviation == "AEST")
        #expect(sydney.period(at: seconds("2026-12-31T23:00:00Z")).abbreviation == "AEDT")
    }

    /// `XXX3EDT4,0/0,J365/23` stands in RFC 9636, 3.3.1, for a zone with daylight time all year.
    @Test(arguments: ["XXX3EDT4,0/0,J365/23", "XXX3EDT4,J1/0,J365/23"])
    func `daylight time may last all year`(rule: String) throws {
        let zone = try TimeZoneRules(parsing: ZoneBytes.rule(rule))
        for moment in ["2026-01-01T02:59:59Z", "2026-01-01T03:00:00Z", "2026-07-01T00:00:00Z", "2028-12-31T23:59:59Z"] {
            #expect(zone.period(at: seconds(moment)).offset == -14_400)
        }
        #expect(zone.nextChange(after: 0) == nil)
    }

    @Test func `rules may name days of the year, negative times and names with digits`() throws {
        let julian = try TimeZoneRules(parsing: ZoneBytes.rule("<-03>3<-02>,J60/-1,300/25:30:10"))
        // Day J60 is 1 March in every year; an hour before its midnight is 02:00 UTC.
        #expect(julian.nextChange(after: seconds("2028-02-01T00:00:00Z")) == seconds("2028-03-01T02:00:00Z"))
        #expect(julian.nextChange(after: seconds("2027-02-01T00:00:00Z")) == seconds("2027-03-01T02:00:00Z"))
        // Day 300 counts from zero and counts 29 February: 27 October in a leap year, 28 October in another.
        #expect(julian.nextChange(after: seconds("2028-05-01T00:00:00Z")) == seconds("2028-10-28T03:30:10Z"))
        #expect(julian.nextChange(after: seconds("2027-05-01T00:00:00Z")) == seconds("2027-10-29T03:30:10Z"))
        #expect(julian.period(at: 0).abbreviation == "-03")
    }

    @Test func `the table counts before the rule`() throws {
        let zone = try TimeZoneRules(
            parsing: ZoneBytes.file(
                changes: [(at: 1_000, period: 1), (at: 2_000, period: 2)],
                periods: [(600, false, 0), (1_200, true, 4), (0, false, 8)], names: "LMT\0DDD\0SSS\0", footer: "SSS0"))
        #expect(zone.period(at: 999).offset == 600)
        #expect(zone.period(at: 1_000) == .init(offset: 1_200, isDaylight: true, abbreviation: "DDD"))
        #expect(zone.period(at: 2_000).abbreviation == "SSS")
        #expect(zone.nextChange(after: 0) == 1_000)
        #expect(zone.nextChange(after: 1_000) == 2_000)
        #expect(zone.nextChange(after: 2_000) == nil)
        #expect(zone.period(at: .max).offset == 0)
        #expect(zone.period(at: .min).offset == 600)
    }

    @Test(arguments: [
        ("UTC", 0), ("Z", 0), ("+02:00", 7_200), ("-09:30", -34_200), ("05:45", 20_700), ("+0530", 19_800),
        ("+23:59", 86_340),
    ])
    func `fixed offsets need no table`(name: String, offset: Int64) {
        #expect(TimeZoneRules(fixed: name)?.period(at: 0).offset == offset)
        #expect(FixedTimeZones().rules(named: name)?.period(at: 1 << 40).offset == offset)
    }

    @Test(arguments: [
        "", "+", "+2", "+2:00", "+24:00", "+02:60", "+02-00", "02:0", "+02:000", "Europe/Berlin", "٠٢:٠٠",
    ])
    func `other texts are no fixed offset`(name: String) {
        #expect(TimeZoneRules(fixed: name) == nil)
    }
}
