import PatchbayExpressions
import Testing

struct CronErrorTests {
    private func error(_ text: String) -> CronError? {
        do {
            _ = try CronSchedule(text)
            return nil
        } catch { return error }
    }

    @Test(
        arguments: [
            ("60 * * * *", 0, CronField.minute, "60 is no minute"), ("* 24 * * *", 2, .hour, "24 is no hour"),
            ("* * 0 * *", 4, .dayOfMonth, "0 is no day of month"),
            ("* * 32 * *", 4, .dayOfMonth, "32 is no day of month"),
            ("* * * 13 *", 6, .month, "13 is no month"), ("* * * * 8", 8, .dayOfWeek, "8 is no day of week"),
            ("60 * * * * *", 0, .second, "60 is no second"), ("* * * FOO *", 6, .month, "\"FOO\" is no month"),
            ("* * * * MONDAY", 8, .dayOfWeek, "\"MONDAY\" is no day of week"),
            ("* 5-3 * * *", 4, .hour, "the range ends before it begins"),
            ("*/0 * * * *", 2, .minute, "a step cannot be 0"),
            ("*/ * * * *", 2, .minute, "\"/\" needs a number after it"),
            ("1, * * * *", 2, .minute, "a value is missing"),
            ("*/90 * * * *", 2, .minute, "the step 90 is longer than the whole minute field"),
            (",1 * * * *", 0, .minute, "a value is missing"), ("1- * * * *", 2, .minute, "a value is missing"),
            ("1-2-3 * * * *", 3, .minute, "\"-3\" does not belong there"),
            ("? * * * *", 0, .minute, "\"?\" may stand for a day only"),
            ("-1 * * * *", 0, .minute, "\"-1\" is no minute"),
            ("1.5 * * * *", 1, .minute, "\".5\" does not belong there"),
            ("** * * * *", 1, .minute, "\"*\" does not belong there"),
            ("* * * * 1#6", 10, .dayOfWeek, "\"#\" needs 1 to 5, the week of the month"),
            ("* * L-3 * *", 5, .dayOfMonth, "\"-3\" does not belong there"),
            ("* * * * MON-X", 12, .dayOfWeek, "\"X\" is no day of week"),
            ("１ * * * *", 0, .minute, "\"１\" is no minute"),
            ("99999999999999999999 * * * *", 0, .minute, "1000000 is no minute"),
        ] as [(String, Int, CronField, String)])
    func `what a field cannot hold is said at its place`(text: String, offset: Int, field: CronField, message: String) {
        let error = error(text)
        #expect(error?.message == message)
        #expect(error?.offset == offset)
        #expect(error?.field == field)
        #expect(error?.hint != nil)
    }

    @Test(arguments: [
        ("", 0, "the schedule is empty"), ("   ", 3, "the schedule is empty"),
        ("* * * *", 7, "the schedule has 4 fields, not 5 or 6"), ("x", 1, "the schedule has 1 field, not 5 or 6"),
        ("* * * * * * *", 12, "the schedule has 7 fields, not 5 or 6"),
        ("@dayly", 0, "there is no schedule \"@dayly\""), ("@reboot", 0, "there is no schedule \"@reboot\""),
        ("@daily 5", 7, "\"5\" follows @daily, which stands alone"), ("@every", 0, "@every needs one duration"),
        ("@every 1h 5m", 0, "@every needs one duration"), ("@every 5", 7, "\"5\" has no unit"),
        ("@every 10ms", 7, "\"10ms\" is not a number of whole seconds"),
        ("@every 0s", 7, "\"0s\" is not a number of whole seconds"),
        ("CRON_TZ= * * * * *", 8, "CRON_TZ= names no time zone"), ("TZ=UTC", 6, "nothing follows the zone"),
        (String(repeating: "*", count: 1_001), 0, "the schedule has 1001 bytes, the limit is 1000"),
    ])
    func `what is no schedule at all is said`(text: String, offset: Int, message: String) {
        let error = error(text)
        #expect(error?.message == message)
        #expect(error?.offset == offset)
        #expect(error?.field == nil)
    }

    @Test func `a slip of the keys is guessed`() {
        #expect(error("@dayly")?.hint == "did you mean \"@daily\"?")
    }
}
