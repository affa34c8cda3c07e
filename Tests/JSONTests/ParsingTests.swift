import PatchbayJSON
import Testing

@Suite struct ParsingTests {
    @Test func `a document of every kind reads`() throws {
        let text = #"{"a":[1,2.5,-3,"x\n\u00e9\ud83d\ude00",null,true,false,{}]}"#
        #expect(try JSON(parsing: text) == ["a": [1, 2.5, -3, "x\né😀", nil, true, false, [:]]])
    }
}
