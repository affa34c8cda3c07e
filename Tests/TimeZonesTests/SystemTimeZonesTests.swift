import Glibc
import PatchbayCore
import PatchbayTimeZones
import Testing

struct SystemTimeZonesTests {
    private let zones = SystemTimeZones()

    private func seconds(_ text: String) -> Int64 { Timestamp(text)!.milliseconds / 1000 }

    @Test(arguments: [
        ("Europe/Berlin", "2026-07-01T00:00:00Z", 7_200, "CEST"),
        ("Europe/Berlin", "1945-05-25T00:00:00Z", 10_800, "CEMT"),
        ("America/New_York", "2026-03-08T06:59:59Z", -18_000, "EST"),
        ("America/New_York", "2026-03-08T07:00:00Z", -14_400, "EDT"),
        ("Asia/Kathmandu", "2026-01-01T00:00:00Z", 20_700, "+0545"),
        ("Australia/Lord_Howe", "2026-01-01T00:00:00Z", 39_600, "+11"),
        ("Pacific/Apia", "2011-12-30T09:59:59Z", -36_000, "-10"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z", 50_400, "+14"), ("Europe/Dublin", "2300-01-01T00:00:00Z", 0, "GMT"),
        ("America/Sao_Paulo", "2018-12-01T00:00:00Z", -7_200, "-02"),
        ("Etc/GMT+5", "2026-01-01T00:00:00Z", -18_000, "-05"),
    ])
    func `zones are what people there live by`(name: String, at: String, offset: Int64, abbreviation: String) throws {
        let period = try #require(zones.rules(named: name)).period(at: seconds(at))
        #expect(period.offset == offset)
        // Older databases call Germany's double summer time otherwise.
        if name != "Europe/Berlin" || offset == 7_200 { #expect(period.abbreviation == abbreviation) }
    }

    @Test func `a whole day may be left out`() throws {
        let apia = try #require(zones.rules(named: "Pacific/Apia"))
        let change = seconds("2011-12-30T10:00:00Z")
        #expect(apia.moments(of: CivilTime(year: 2011, month: 12, day: 30, hour: 12)) == .gap(change: change))
        #expect(apia.moments(of: CivilTime(year: 2011, month: 12, day: 31)) == .one(change))
    }

    @Test(arguments: [
        "", "/", "Europe/", "/Europe/Berlin", "../zoneinfo/Europe/Berlin", "Europe/../Europe/Berlin", "Europe//Berlin",
        "Europe", "zone.tab", "tzdata.zi", "Nowhere/Land", "localtime", "posixrules", "Europe/Berlin\0",
        "Europe/Ber lin",
        "right/Europe/Berlin", "europe/bérlin", ".", "..", "\n", String(repeating: "A", count: 65),
    ])
    func `other names lead nowhere`(name: String) {
        #expect(zones.rules(named: name) == nil)
    }

    @Test func `a folder that is not there has no zone but fixed ones`() {
        let none = SystemTimeZones(folder: "/nonexistent")
        #expect(none.rules(named: "Europe/Berlin") == nil)
        #expect(none.rules(named: "UTC") == .utc)
        #expect(none.rules(named: "+01:00") != nil)
    }
}
