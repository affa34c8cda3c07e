import PatchbayPatterns
import Testing

@Suite(.timeLimit(.minutes(5))) struct PatternRefusalTests {
    @Test(
        arguments: [
            ("(ab", "missing )", nil), ("ab)", "unexpected )", nil), ("[a-", "missing ]", 0), ("a**", "repetition", 1),
            ("ab*+", "repetition", 2), ("[z-a]", "range", 1), (#"a\"#, "backslash", nil), (#"x\8"#, "escape", 1),
            ("*a", "nothing to repeat", 0), ("a(?=b)", "(? group", 1), (#"(a)\1"#, "escape", 3),
            ("(?P<a b>x)", "name of a group", 0), (#"\p{Nope}"#, "range", 0), ("a{1001}", "repeated too often", 1),
        ] as [(String, String, Int?)])
    func `an invalid expression tells what is wrong, and where if it is known`(
        source: String, message: String, offset: Int?
    ) throws {
        let error = try #require(throws: PatternError.self) { try Pattern(source) }
        #expect(error.message.contains(message), "\(error)")
        if let offset { #expect(error.offset == offset, "\(error)") }
    }

    @Test(arguments: ["(a{1000}){1000}", "((a{100}){100}){100}", #"(\pL{100}){10}"#, #"([\pL\pN]{500}|x){2}"#])
    func `an expression that would become huge is refused`(source: String) {
        #expect(throws: PatternError.self) { try Pattern(source) }
    }

    @Test func `deep nesting does not end the process`() throws {
        let groups = String(repeating: "(", count: 10_000) + String(repeating: ")", count: 10_000)
        let error = try #require(throws: PatternError.self) { try Pattern(groups) }
        #expect(error.message == "the expression has 10000 capturing groups; at most 100 are taken")
        let deep = String(repeating: "(?:", count: 5_000) + "a" + String(repeating: ")*", count: 5_000)
        #expect(try Pattern(deep).matches(whole: "aaa"))
    }

    @Test func `a long expression is refused unread`() throws {
        let error = try #require(throws: PatternError.self) { try Pattern(String(repeating: "a", count: 40_000)) }
        #expect(error.message == "the expression has 40000 bytes; at most 32768 are taken")
    }

    @Test(arguments: ["(a+)+$", "(a|aa)+$", "(a|aa)*$x", "(.*)*b$", "(a*)*c"])
    func `what is exponential elsewhere is linear in a text of a megabyte`(source: String) throws {
        let text = String(repeating: "a", count: 1 << 20) + "!"
        #expect(try !Pattern(source).matches(anywhere: text))
    }

    @Test func `an expression that lets the automaton explode is refused for long texts`() throws {
        let pattern = try Pattern("[ab]*a[ab]{900}c")
        #expect(try !pattern.matches(anywhere: String(repeating: "ab", count: 2_000)))
        let error = try #require(throws: PatternError.self) {
            try pattern.matches(anywhere: String(repeating: "ab", count: 1 << 19))
        }
        #expect(error.message.hasPrefix("the text has 1048576 bytes; this expression, whose size is 9"))
        // Classes of characters are large programs, and harmless.
        #expect(try Pattern(#"\pL+$"#).matches(anywhere: String(repeating: "ab", count: 1 << 19)))
    }

    @Test func `matches that each look to the text's end are counted as such`() throws {
        let pattern = try Pattern("a*b|a")
        #expect(throws: PatternError.self) { try pattern.matches(in: String(repeating: "a", count: 1 << 20)) }
        #expect(try pattern.matches(in: "aaab aa").count == 3)
        let words = String(repeating: "some words ", count: 1_000)
        #expect(try Pattern(#"\w+"#).matches(in: words).count == 2_000)
    }
}
