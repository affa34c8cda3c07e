import FoundationEssentials
import PatchbayExpressions
import PatchbayJSON
import Testing

@Suite struct JSONPathGuideTests {
    @Test func `every example of the guide selects what it says`() throws {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        let path = parts.joined(separator: "/") + "/Host/Docs/jsonpath.md"
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let document = try JSON(parsing: String(#require(lines.first { $0.hasPrefix("{\"items\"") })))
        var count = 0
        for line in lines where line.hasPrefix("| `$") {
            let cells = line.split(separator: "`").map(String.init)
            let values = try JSONPath(cells[1]).evaluate(document).map(\.value)
            #expect(try .array(values) == JSON(parsing: cells[3]), "\(cells[1])")
            count += 1
        }
        #expect(count == 12)
    }
}
