import FoundationEssentials
import ManifestFixture
import PatchbayAuthoring
import PatchbayJSON
import PatchbayModules
import Testing

@Suite struct ReferencePageTests {
    private func page(_ level: Int = 1) throws -> String {
        ReferencePage(try #require(Manifest.read(SampleManifest.make(), as: .declared).manifest), level: level).text
    }

    @Test func `everything that users need stands on the page`() throws {
        let page = try page()
        for text in [
            "# Acme\n", "`acme` 1.2.3", "### `create_order`", "### `get_order`",
            "| `customer` | string | **Required.** Id of the customer. At least 1 characters. |",
            "| `quantity` | integer | 1 to 100. Default: `1`. |",
            #"| `priority` | `"low"`, `"high"` | Default: `"low"`. |"#,
            "| `lines[].sku` | string |", "`bearer` or `api_key`", "attached by the host",
            "the host in the setting `base_url`",
            #""uses": "acme@1.2.3/create_order""#, "a repetition does no more", "may take 20 s", "`base_url`",
        ] {
            #expect(page.contains(text), "\(text)\n\(page)")
        }
    }

    @Test func `examples can be read`() throws {
        var blocks = try page().components(separatedBy: "```json\n")
        blocks.removeFirst()
        #expect(!blocks.isEmpty)
        for block in blocks {
            let text = block.components(separatedBy: "```")[0]
            #expect(throws: Never.self) { try JSON(parsing: text) }
        }
    }

    @Test func `a bar and a line break in a text do not break a table`() throws {
        let manifest = SampleManifest.make().replacing(
            "/operations/0/input/properties/customer/description", with: "a | b\nc")
        let page = ReferencePage(try #require(Manifest.read(manifest, as: .declared).manifest)).text
        #expect(page.contains("a \\| b c"))
    }

    @Test func `a document keeps what is not the reference`() throws {
        let document = "# Mine\n\nText.\n\n\(ReferencePart.begin)\nold\n\(ReferencePart.end)\n\nMore.\n"
        let replaced = try #require(ReferencePart.replaced(in: document, with: try page(2)))
        #expect(replaced.hasPrefix("# Mine\n\nText.\n"))
        #expect(replaced.hasSuffix("\(ReferencePart.end)\n\nMore.\n"))
        #expect(replaced.contains("### Actions") && !replaced.contains("\nold\n"))
        #expect(ReferencePart.replaced(in: replaced, with: try page(2)) == replaced)
        #expect(ReferencePart.replaced(in: "# Mine", with: "x") == nil)
    }

    /// Written by `Host/Setup/reference.sh`, after the connectors were built.
    @Test func `the reference of every connector is that of its manifest`() async throws {
        let folder = URL(fileURLWithPath: BuildFolder.sources + "/Connectors").resolvingSymlinksInPath().path
        var stale: [String] = []
        let modules = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix("/Module") }
        #expect(modules.count >= 5)
        for name in modules.map({ $0.dropLast("/Module".count) }).sorted() {
            let path = "\(folder)/\(name)/README.md"
            guard let document = try? String(contentsOfFile: path, encoding: .utf8),
                document.contains(ReferencePart.begin),
                let library = try? BuildFolder.product("lib\(name.lowercased().replacing("/", with: "-")).so")
            else { continue }
            let manifest = try await ManifestSource(prober: try BuildFolder.prober, plugins: "").manifest(of: library)
            let page = ReferencePage(manifest, level: 2).text
            if ReferencePart.replaced(in: document, with: page) != document { stale.append(String(name)) }
        }
        #expect(stale == [], "run Host/Setup/reference.sh")
    }
}
