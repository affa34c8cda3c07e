import PatchbayCore
import PatchbayJSON
import Testing

struct MemberReaderTests {
    @Test func `a text with NUL is refused, since the database has none`() {
        var reader = MemberReader(["name": "a\u{0}b"], at: "", subject: "the workflow")
        #expect(reader.text("name") == nil)
        #expect(reader.problems.map(\.pointer) == ["/name"])
    }

    @Test func `of very many unknown members the first are told and the rest are counted`() {
        let object = (0..<250).reduce(into: JSONObject()) { $0["nodf\($1)"] = 1 }
        var reader = MemberReader(object, at: "", subject: "the workflow")
        reader.refuseUnknown(known: ["nodes"])
        #expect(reader.problems.count == 101)
        #expect(reader.problems.last?.message == "the workflow has 150 further unknown members")
    }
}
