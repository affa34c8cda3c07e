import PatchbayExpressions
import PatchbayJSON
import PatchbayTimeZones
import Testing

struct TimePatternTests {
    private func answer(_ expression: String) -> JSON {
        CELLine.answer(
            ["expr": .string("timestamp('2026-01-02T15:04:05.678Z').format(\(expression))"), "plain": true],
            surroundings: Surroundings(zones: SystemTimeZones()))
    }

    @Test(arguments: [
        ("'YYYY-MM-DD'", "2026-01-02"), ("'yyyy-MM-dd'", "2026-01-02"), ("'HH:mm:ss.SSS'", "15:04:05.678"),
        ("'h:mm A'", "3:04 PM"), ("'hh a'", "03 pm"), ("'D.M.YY'", "2.1.26"),
        ("'dddd, MMMM D'", "Friday, January 2"), ("'ddd MMM'", "Fri Jan"), ("'[Week of] DD'", "Week of 02"),
        ("\"YYYY'T'HH\"", "2026T15"), ("'X x'", "1767366245 1767366245678"), ("'Z ZZ'", "+00:00 +0000"),
        ("'YYYY-MM-DD HH:mm Z', 'Europe/Berlin'", "2026-01-02 16:04 +01:00"),
        ("'HH:mm', '-03:30'", "11:34"), ("'H m s'", "15 4 5"), ("''", ""), ("'é'", "é"),
    ])
    func `patterns give their texts`(arguments: String, text: String) {
        #expect(answer(arguments)["value"]?.string == text, "\(answer(arguments))")
    }

    @Test(arguments: [
        ("'YYYYY'", "\"YYYYY\" is no part of a time, in the pattern \"YYYYY\""),
        ("'YYYY-QQ'", "\"QQ\" is no part of a time, in the pattern \"YYYY-QQ\""),
        ("'[x'", "the text behind [ is not closed in \"[x\""),
        ("'HH', 'Mars/Base'", "there is no time zone \"Mars/Base\""),
    ])
    func `what is no pattern is told`(arguments: String, message: String) {
        #expect(answer(arguments)["error"]?["message"]?.string == message)
    }
}
