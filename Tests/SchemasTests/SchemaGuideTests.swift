import FoundationEssentials
import PatchbayJSON
import PatchbaySchemas
import Testing

@Suite struct SchemaGuideTests {
    @Test func `the examples of the guide are so`() throws {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let path = parts.joined(separator: "/") + "/Host/Docs/schemas.md"
        let blocks = try String(contentsOfFile: path, encoding: .utf8).split(separator: "```").map(String.init)
        let examples = try blocks.filter { $0.hasPrefix("json\n") }.map { try JSON(parsing: String($0.dropFirst(5))) }
        try #require(examples.count == 2)
        let schema = try Schema(examples[0])
        #expect(schema.validate(["channel": "#a", "text": "x", "priority": "low"]) == [])
        #expect(schema.verdict(on: ["channel": "a", "text": "x"])["errors"] == [examples[1]])
        #expect(schema.defaults() == ["priority": "normal"])
    }

    @Test func `the pattern that the guide shows is matched`() throws {
        let schema: JSON = ["pattern": #"^(?=.*[0-9])(?!.*\s).{8,}$"#]
        #expect(try judge("abcdefg1", schema) == [])
        #expect(try judge("abcdefgh", schema).count == 1)
        #expect(try judge("abc def1", schema).count == 1)
    }
}
