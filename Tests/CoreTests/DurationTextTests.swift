import PatchbayCore
import Testing

struct DurationTextTests {
    @Test(arguments: [
        ("500ms", 500), ("20s", 20_000), ("5m", 300_000), ("2h", 7_200_000), ("1d", 86_400_000), ("1h30m", 5_400_000),
        ("0s", 0), ("3650d", DurationText.longest),
    ])
    func `a whole number with a unit is read`(text: String, milliseconds: Int64) throws {
        #expect(try DurationText.milliseconds(text) == milliseconds)
    }

    @Test(arguments: [
        ("", "the duration is empty"), ("20", "\"20\" has no unit"), ("20 s", "\"20 s\" is no duration"),
        ("-5s", "\"-5s\" is no duration"), ("1.5s", "\"1.5s\" is no duration"), ("s", "\"s\" is no duration"),
        ("5min", "\"5min\" has an unknown unit \"min\""), ("3651d", "\"3651d\" is longer than 10 years"),
        ("99999999999999999999s", "\"99999999999999999999s\" is longer than 10 years"),
        ("3650d1ms", "\"3650d1ms\" is longer than 10 years"), ("5é", "\"5é\" is no duration"),
    ])
    func `anything else says what is wrong`(text: String, message: String) {
        let failure = #expect(throws: DurationText.Failure.self) { try DurationText.milliseconds(text) }
        #expect(failure?.message == message)
        #expect(failure?.hint.isEmpty == false)
    }

    @Test(arguments: [(0, "0s"), (500, "500ms"), (90_000, "1m30s"), (86_400_000, "1d"), (3_600_001, "1h1ms")])
    func `milliseconds become the shortest text`(milliseconds: Int64, text: String) throws {
        #expect(DurationText.text(milliseconds) == text)
        #expect(try DurationText.milliseconds(text) == milliseconds)
    }
}
