import PatchbayCore
import Testing

struct SpellingTests {
    @Test(arguments: [
        ("descripton", "description"), ("nmae", "name"), ("Nodes", "nodes"), ("edge", "edges"), ("names", "name"),
    ])
    func `a slip of the pen finds its word`(word: String, meant: String) {
        #expect(["name", "description", "nodes", "edges"].closest(to: word) == meant)
    }

    @Test(arguments: ["", "colour", "n", String(repeating: "name", count: 1_000)])
    func `what is like nothing gets no proposal`(word: String) {
        #expect(["name", "description", "nodes", "edges"].closest(to: word) == nil)
    }

    @Test func `nothing is proposed from nothing`() {
        #expect([String]().closest(to: "name") == nil)
        #expect([""].closest(to: "name") == nil)
    }
}
