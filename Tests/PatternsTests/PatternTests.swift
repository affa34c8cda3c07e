import PatchbayPatterns
import Testing

@Suite(.timeLimit(.minutes(5))) struct PatternTests {
    @Test(arguments: [
        ("hubba", "ubb", true), ("hubba", "^ubb", false), ("über", "^.ber$", true), ("", "", true), ("", "a*$", true),
        ("a\nb", "a.b", false), ("x", #"\pL"#, true), ("😀", "^.$", true), ("a", "(?i)A", true),
    ])
    func `some part of a text matches`(text: String, source: String, expected: Bool) throws {
        #expect(try Pattern(source).matches(anywhere: text) == expected)
    }

    @Test func `a whole match goes from the start to the end`() throws {
        let pattern = try Pattern("b+|bb+c")
        #expect(try pattern.matches(whole: "bbb"))
        #expect(try pattern.matches(whole: "bbbc"))
        #expect(try !pattern.matches(whole: "abbb"))
        #expect(try !pattern.matches(whole: "bbb\n"))
    }

    @Test func `options change how an expression is read`() throws {
        #expect(try Pattern("STRASSE", options: .ignoresCase).matches(anywhere: "strasse"))
        #expect(try Pattern("a.b", options: .dotMatchesNewline).matches(anywhere: "a\nb"))
        #expect(try Pattern("a|ab", options: .longestMatch).firstMatch(in: "ab")?.range == 0..<2)
        #expect(try Pattern("a|ab").firstMatch(in: "ab")?.range == 0..<1)
    }

    @Test func `matches tell bytes and groups`() throws {
        let pattern = try Pattern("(?P<key>[a-zä]+)=(\\d+)?")
        #expect(pattern.groupNames == ["key", nil])
        let text = "ä=1, bc="
        let matches = try pattern.matches(in: text)
        #expect(matches.map(\.range) == [0..<4, 6..<9])
        #expect(matches.map { $0.groups[1] } == [3..<4, nil])
        #expect(matches.map { String(text[bytes: $0.groups[0]!]) } == ["ä", "bc"])
        #expect(try pattern.matches(in: text, count: 1).count == 1)
        #expect(try pattern.matches(in: text, count: 0).isEmpty)
    }

    @Test func `an empty match is not found right after another, nor inside a character`() throws {
        #expect(try Pattern("a*").matches(in: "baac").map(\.range) == [0..<0, 1..<3, 4..<4])
        #expect(try Pattern("").matches(in: "ä€😀").map(\.range.lowerBound) == [0, 2, 5, 9])
        #expect(try Pattern("^").matches(in: "ab").map(\.range) == [0..<0])
        #expect(try Pattern(#"\b"#).matches(in: "ab c").map(\.range.lowerBound) == [0, 2, 3, 4])
        #expect(try Pattern("x").matches(in: "").isEmpty)
    }

    @Test func `many threads use one pattern`() async throws {
        let pattern = try Pattern("(\\w+)@(\\w+)")
        let counts = await withTaskGroup(of: Int.self) { group in
            for number in 0..<16 {
                group.addTask { (try? pattern.firstMatch(in: "mail \(number)@example"))?.groups.count ?? 0 }
            }
            return await group.reduce(into: 0, +=)
        }
        #expect(counts == 32)
    }

    @Test func `more groups than usual are told too`() throws {
        let pattern = try Pattern(String(repeating: "(a)", count: 40))
        let match = try #require(try pattern.firstMatch(in: String(repeating: "a", count: 40)))
        #expect(match.groups.map { $0?.lowerBound } == (0..<40).map { $0 })
    }

    @Test func `a text that is no native string is matched as well`() throws {
        let part = "xx-aaa-xx".dropFirst(3).dropLast(3)
        #expect(try Pattern("^a+$").matches(anywhere: String(part)))
    }
}
