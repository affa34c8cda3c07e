import FoundationEssentials
import PatchbayExpressions
import PatchbayJSON
import PatchbayTimeZones
import Testing

/// The examples of `Host/Docs/expressions.md`, against the context that stands before them.
struct ExpressionGuideTests {
    @Test func `every example of the page is true`() throws {
        let lines = try page().split(separator: "\n", omittingEmptySubsequences: false)
        let heading = try #require(lines.firstIndex(of: "## Examples"))
        let opening = try #require(lines[heading...].firstIndex(of: "```json"))
        let closing = try #require(lines[opening...].firstIndex(of: "```"))
        let context = try JSON(parsing: lines[(opening + 1)..<closing].joined(separator: "\n"))
        let surroundings = Surroundings(zones: SystemTimeZones())
        var count = 0
        for line in lines[closing...] where line.hasPrefix("| `") {
            let cells = line.dropFirst(3).dropLast(3).replacing("` | `", with: "\u{0}").split(separator: "\u{0}")
            guard cells.count == 2 else { continue }
            let request: JSON = ["template": .string(String(cells[0])), "context": context]
            let answer = TemplateLine.answer(request, surroundings: surroundings)
            #expect(answer["value"] == (try JSON(parsing: String(cells[1]))), "\(line): \(answer.text)")
            count += 1
        }
        #expect(count == 24)
    }

    private func page() throws -> String {
        let package = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let bytes = FileManager.default.contents(atPath: package.joined(separator: "/") + "/Host/Docs/expressions.md")
        return String(decoding: try #require(bytes), as: UTF8.self)
    }
}
