import PatchbayCore
import Testing

struct SuggestionTests {
    @Test(arguments: [("usr", "user"), ("chanel", "channel"), ("txet", "text"), ("USER", "user")])
    func `a slip of the keys finds the word`(slip: String, word: String) {
        #expect(Suggestion.nearest(to: slip, among: ["text", "channel", "user"]) == word)
    }

    @Test(arguments: ["", "q", "completely", String(repeating: "a", count: 100_000)])
    func `what is far from every word finds none`(word: String) {
        #expect(Suggestion.nearest(to: word, among: ["text", "channel", "user"]) == nil)
    }

    @Test func `a hint names the near word or lists the known ones`() {
        #expect(Suggestion.hint(for: "usr", among: ["text", "user"], known: "known are") == "did you mean \"user\"?")
        #expect(Suggestion.hint(for: "zzz", among: ["text", "user"], known: "known are") == "known are: text, user")
        #expect(Suggestion.hint(for: "zzz", among: [], known: "known are") == nil)
        let many = (1...20).map { "word-number-\($0)" }
        #expect(Suggestion.hint(for: "zzz", among: many, known: "known are")?.hasSuffix(" and 8 more") == true)
    }

    @Test func `quoted text stays on one line and short`() {
        #expect("a\"b\\c\n\u{1}".quoted == #""a\"b\\c\n\u{1}""#)
        #expect(String(repeating: "é", count: 100).quoted.unicodeScalars.count == 83)
        #expect("abc".shortened(to: 3) == "abc")
        #expect("abcd".shortened(to: 3) == "abc…")
    }
}
