import PatchbayPatterns
import Testing

@Suite struct ReplacementTests {
    @Test(arguments: [
        ("hello world", "(\\w+) (\\w+)", #"\2 \1"#, "world hello"), ("ab", "", "-", "-a-b-"),
        ("äöü", "ö", #"<\0>"#, "ä<ö>ü"),
        ("a\\b", "b", #"\\"#, "a\\\\"), ("xyz", "q", "!", "xyz"), ("ac", "(a)(b)?c", #"[\2\1]"#, "[a]"),
        ("", "^", "x", "x"),
    ])
    func `matches are replaced, groups inserted`(text: String, source: String, template: String, expected: String)
        throws
    {
        let pattern = try Pattern(source)
        let replacement = try Replacement(template, for: pattern)
        #expect(try pattern.replacing(in: text, with: replacement, limit: 1_000) == expected)
    }

    @Test func `only the first matches are replaced when a count is given`() throws {
        let pattern = try Pattern("a")
        #expect(try pattern.replacing(in: "aaa", with: Replacement(literal: "\\0"), count: 2, limit: 100) == "\\0\\0a")
        #expect(try pattern.replacing(in: "aaa", with: Replacement(literal: "b"), count: 0, limit: 100) == "aaa")
    }

    @Test(arguments: [#"\2"#, #"a\"#, #"\n"#])
    func `a template that makes no sense is refused`(template: String) throws {
        let pattern = try Pattern("(a)")
        #expect(throws: PatternError.self) { try Replacement(template, for: pattern) }
    }

    @Test func `a result over the limit is refused before it is made`() throws {
        let pattern = try Pattern("a")
        let text = String(repeating: "a", count: 10_000)
        let large = Replacement(literal: String(repeating: "b", count: 10_000))
        #expect(throws: PatternError.self) { try pattern.replacing(in: text, with: large, limit: 1 << 20) }
        #expect(try pattern.replacing(in: text, with: Replacement(literal: ""), limit: 0) == "")
    }
}
