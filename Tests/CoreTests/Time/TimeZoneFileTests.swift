import PatchbayCore
import Testing

struct TimeZoneFileTests {
    private let good = ZoneBytes.file(
        changes: [(at: 1_000, period: 1)], periods: [(0, false, 0), (3_600, true, 4)], names: "AAA\0BBB\0",
        footer: "BBB-1")

    @Test func `whatever is cut off a file is missed`() throws {
        #expect(throws: Never.self) { try TimeZoneRules(parsing: good) }
        for length in good.indices {
            #expect(throws: TimeZoneRules.Failure.self) { try TimeZoneRules(parsing: Array(good[..<length])) }
        }
    }

    @Test func `no byte turned into another crashes the reader`() {
        for place in good.indices {
            for byte in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] {
                var bytes = good
                bytes[place] = byte
                guard let zone = try? TimeZoneRules(parsing: bytes) else { continue }
                for moment in [Int64.min, -1, 0, 999, 1_000, 1 << 40, .max] {
                    _ = zone.period(at: moment)
                    _ = zone.nextChange(after: moment)
                    _ = zone.moments(ofLocal: moment)
                    _ = zone.civilTime(at: moment)
                }
            }
        }
    }

    @Test func `what a zone must not hold is refused with a reason`() {
        let period: (Int32, Bool, UInt8) = (0, false, 0)
        let cases: [(bytes: [UInt8], message: String)] = [
            (Array("TZjf".utf8) + good.dropFirst(4), "this is no file of a time zone"),
            (ZoneBytes.file(periods: [], names: "A\0", footer: ""), "the zone has no period"),
            (
                ZoneBytes.file(changes: [(5, 0), (5, 0)], periods: [period], names: "A\0", footer: ""),
                "the changes are in disorder"
            ),
            (
                ZoneBytes.file(changes: [(5, 1)], periods: [period], names: "A\0", footer: ""),
                "a change leads to no period"
            ),
            (ZoneBytes.file(periods: [(93_600, false, 0)], names: "A\0", footer: ""), "an offset is beyond 26 hours"),
            (ZoneBytes.file(periods: [(0, false, 2)], names: "A\0", footer: ""), "an abbreviation has no end"),
            (ZoneBytes.file(periods: [period], names: "A", footer: ""), "an abbreviation has no end"),
            (
                ZoneBytes.file(periods: [period], names: "A\0", footer: "", leapSeconds: 1),
                "the zone counts leap seconds"
            ),
            (ZoneBytes.rule("CET-1CEST"), "the rule for later years cannot be read"),
        ]
        for (bytes, message) in cases {
            let failure = #expect(throws: TimeZoneRules.Failure.self) { try TimeZoneRules(parsing: bytes) }
            #expect(failure?.message == message)
        }
    }

    @Test(arguments: [
        "C", "CE-1", "<>1", "<AAA1", "AAA", "AAA25", "AAA1:60", "AAA1BBB,M3.5.0", "AAA1BBB,M13.1.0,M1.1.0",
        "AAA1BBB,M3.6.0,M1.1.0", "AAA1BBB,M3.1.7,M1.1.0", "AAA1BBB,J0,J1", "AAA1BBB,366,J1", "AAA1BBB,M3.5.0/168,J1",
        "AAA1BBB,M3.5.0,J1,J2", "AAA1 ", "AAA1BBB,M3.5.0,J1/", "AAA99999999999999999999",
    ])
    func `other texts are no rule`(rule: String) {
        #expect(throws: TimeZoneRules.Failure.self) { try TimeZoneRules(parsing: ZoneBytes.rule(rule)) }
    }
}
