import PatchbayJSON
import PatchbaySchemas
import Testing

@Suite struct PatternTests {
    @Test(arguments: [
        (#"^\w+$"#, "abc_1", "é"), (#"^\d{2,3}$"#, "123", "1234"), ("^[^a-c]$", "d", "b"),
        ("^(?:ab|cd)+$", "abcd", "abc"),
        (#"^\u{1F600}$"#, "\u{1F600}", "a"), (#"^\uD83D\uDE00$"#, "\u{1F600}", "a"),
        (#"^[\w.-]+@[\w-]+$"#, "a.b@c", "a b"),
        ("^.{1,1500}$", String(repeating: "a", count: 1_500), String(repeating: "a", count: 1_501)),
        (#"^(?=.*[0-9])(?=.*[a-z])(?!.*\s).{4,}$"#, "abc1", "abcd"), (#"^(?<year>\d{4})-"#, "2026-", "26-"),
        (#"^\p{Script=Greek}+$"#, "αβ", "ab"), (#"a\/b"#, "xa/by", "ab"), ("^a{,2}$", "a{,2}", "aa"), ("[]", "", ""),
    ])
    func `patterns are those of ECMAScript`(pattern: String, fits: String, fails: String) throws {
        if pattern != "[]" { #expect(try judge(.string(fits), ["pattern": .string(pattern)]) == []) }
        #expect(try judge(.string(fails), ["pattern": .string(pattern)]).count == 1)
    }

    @Test(arguments: [
        (#"(a)\1"#, "refers back to a group"), ("a(?=b)", "uses look-ahead other than at its start"),
        ("(?<!a)b", "uses look-behind"), ("^(?=a)b|c", "uses look-ahead"),
    ])
    func `what needs more than linear time is refused when it is compiled`(pattern: String, what: String) {
        #expect(
            refusals(of: ["pattern": .string(pattern)]) == [
                "/pattern: \(what), which cannot be matched in linear time; say it in another way"
            ])
    }

    @Test(arguments: [
        "(", ")", "[a", "a**", #"\a"#, #"\u{110000}"#, "(?i)a", "[b-a]", "a{2,1}", #"\k<x>"#, #"\2"#, #"\p{X}"#,
    ])
    func `what is no regular expression is refused where it is wrong`(pattern: String) {
        let found = refusals(of: ["patternProperties": [pattern: true]])
        #expect(found.count == 1)
        #expect(found.first?.contains("is no regular expression of ECMAScript") == true)
    }

    @Test func `a pattern that would be huge is refused`() {
        #expect(refusals(of: ["pattern": "((a{100}){100}){100}"]).count == 1)
        #expect(refusals(of: ["pattern": .string(String(repeating: "(", count: 5_000))]).count == 1)
        #expect(refusals(of: ["pattern": "a{1000000}"]).count == 1)
    }
}
