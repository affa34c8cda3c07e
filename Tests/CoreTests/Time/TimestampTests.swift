import PatchbayCore
import Testing

struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (1_768_212_302_005, "2026-01-12T10:05:02.005Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (4_107_542_399_999, "2100-02-28T23:59:59.999Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
    ])
    func `a moment is written in UTC and read back`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(text) == Timestamp(milliseconds: milliseconds))
    }

    @Test(arguments: [
        ("2026-01-12T11:05:02.0059+01:00", 1_768_212_302_005), ("2026-01-12t05:35:02.5-04:30", 1_768_212_302_500),
        ("2026-01-12 10:05:02z", 1_768_212_302_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000),
    ])
    func `offsets and fractions are understood`(text: String, milliseconds: Int64) {
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-01-12", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-12T24:00:00Z", "2026-01-12T10:60:00Z",
        "2026-01-12T10:05:61Z", "2026-01-12T10:05:02", "2026-01-12T10:05:02.Z", "2026-01-12T10:05:02+0100",
        "2026-01-12T10:05:02Z ", "+2026-01-12T10:05:02Z", "２026-01-12T10:05:02Z",
    ])
    func `other texts are no moment`(text: String) {
        #expect(Timestamp(text) == nil)
    }
}
