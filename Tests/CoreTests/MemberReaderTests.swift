import PatchbayCore
import PatchbayJSON
import Testing

struct MemberReaderTests {
    @Test func `of very many unknown members the first are told and the rest are counted`() {
        let object = (0..<250).reduce(into: JSONObject()) { $0["nodf\($1)"] = 1 }
        var reader = MemberReader(object, at: "", subject: "the workflow")
        reader.refuseUnknown(known: ["nodes"])
        #expect(reader.problems.count == 101)
        #expect(reader.problems.last?.message == "the workflow has 150 further unknown members")
    }
}
