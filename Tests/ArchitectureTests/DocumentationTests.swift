import PatchbayJSON
import Testing

/// What documentation says must hold as long as somebody reads it: links lead somewhere, examples can be copied, and every
/// code that a host may answer with stands in the guide.
@Suite struct DocumentationTests {
    @Test func `every link between documents leads to a file, and to a heading in it`() throws {
        let pages = try SourceTree.pages()
        let headings = Dictionary(uniqueKeysWithValues: pages.map { ($0.path, $0.headings) })
        #expect(pages.count > 10)
        for page in pages {
            for link in page.links {
                let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                let target = parts[0].isEmpty ? page.path : SourceTree.resolved(parts[0], from: page.path)
                #expect(SourceTree.exists(target), "\(page.path) links to \(link)")
                guard parts.count == 2, let known = headings[target] else { continue }
                #expect(known.contains(parts[1]), "\(page.path) links to \(link)")
            }
        }
    }

    @Test func `every example in JSON can be read`() throws {
        var count = 0
        for page in try SourceTree.pages() {
            for block in page.blocks(of: "json") {
                count += 1
                #expect(throws: Never.self, "\(page.path): \(block.prefix(80))") { try JSON(parsing: block) }
            }
        }
        #expect(count > 5)
    }

    @Test(arguments: [
        ("Host/Modules/Loader/RefusalCode.swift", "Host/Docs/operations.md"),
        ("Host/API/Errors/APIError.swift", "Host/Docs/api.md"),
        ("Host/Expressions/ExpressionError.swift", "Host/Docs/workflows.md"),
        ("Host/Core/Connectors/OperationCall.swift", "Host/Docs/workflows.md"),
    ])
    func `every code stands in its guide`(source: String, guide: String) throws {
        let codes = try SourceTree.codes(in: source)
        #expect(codes.count > 5)
        let page = try SourceTree.page(guide)
        let missing = codes.filter { !page.mentions($0) }
        #expect(missing == [], "\(guide) lacks codes of \(source)")
    }

    @Test func `every problem of a document stands in the guide`() throws {
        let guide = try SourceTree.page("Host/Docs/workflows.md")
        var codes: Set<String> = []
        for folder in ["Host/Core/Workflows", "Host/Engine/Planning"] {
            for file in try SourceTree.files(below: folder) { codes.formUnion(file.problemCodes) }
        }
        #expect(codes.count > 20)
        let missing = codes.sorted().filter { !guide.mentions($0) }
        #expect(missing == [])
    }
}

extension SourceTree.File {
    /// Literals that problems are reported with: `code: "…"`, `report("…"`, or the first line of such a call.
    fileprivate var problemCodes: [String] {
        var codes: [String] = []
        var isCall = false
        for line in lines {
            let text = line.drop { $0 == " " }
            for opening in ["code: \"", "report(\""] {
                guard let range = line.firstRange(of: opening) else { continue }
                codes.append(String(line[range.upperBound...].prefix { $0 != "\"" }))
            }
            if isCall, text.hasPrefix("\"") { codes.append(String(text.dropFirst().prefix { $0 != "\"" })) }
            isCall = text.hasSuffix("report(")
        }
        return codes
    }
}
