import DeclarativeFormat
import PatchbayAuthoring
import PatchbayJSON
import PatchbayModules
import Testing

@Suite(.timeLimit(.minutes(3))) struct DeclarativeScaffoldTests {
    @Test func `a new connector builds, and passes its recording`() async throws {
        let folder = try TemporaryFolder()
        let scaffold = try Scaffold(try ConnectorName("acme-shop"), in: .declarative, sdk: BuildFolder.sdk)
        #expect(scaffold.files[0].text.split(separator: "\n").count <= 30)
        try scaffold.write(to: folder.path)
        let project = try ConnectorProject.open(folder.path)
        let product = try await ConnectorBuild(project, sdk: BuildFolder.sdk, prober: try BuildFolder.prober).run()
        let connector = try await LocalConnector.open(
            product.id, in: project.plugins, prober: try BuildFolder.prober)
        let tests = RecordedTests(connector, folder: project.recordings, client: try Shop.client())
        #expect(tests.names == ["get_order.json"])
        let problems = await tests.run("get_order.json").problems
        #expect(problems == [])
        await connector.close()
    }

    @Test func `the guide's document checks`() throws {
        let guide = String(
            decoding: try DeclarativeFile.read(BuildFolder.sources + "/ConnectorSDK/Docs/declarative.md"), as: UTF8.self
        )
        let block = try #require(guide.firstRange(of: "```yaml\n")).upperBound
        let rest = guide[block...]
        let text = rest[..<(try #require(rest.firstRange(of: "```\n"))).lowerBound]
        let document = try DocumentChecks.read(try YAMLReading.read(Array(text.utf8), name: "guide.yaml"))
        #expect(document.actions.map(\.id) == ["get_order", "create_order", "list_orders"])
    }

    @Test func `YAML that is written reads back as the same`() throws {
        let json: JSON = [
            "a": "x", "b": "true", "c": true, "d": nil, "e": [], "f": [:], "g": ["1", 2, "a, b", "no"],
            "h": [["k": "v: w"]],
            "i": "two\nlines", "j": "# no comment", "k": ["deep": ["deeper": ["$ref", "x: y", "- z", ""]]], "200": 1.5,
            "l": [[1, 2], [["x": []]]], "m": "https://a.example/x?y=z", "n": "{{ input.a }}", "o": "a ", "p": "1e3",
            "q": [["a": [["b": ["c": 1, "d": 2, "e": 3, "f": 4]]], "z": "y"]],
        ]
        let text = YAMLText.of(json)
        #expect(try YAMLReading.read(Array(text.utf8), name: "x.yaml") == json, "\(text)")
    }

    @Test(arguments: [
        ("a: no", "no"), ("a: 012", "012"), ("a: 1.0.0", "1.0.0"), ("a: 2020-01-01", "2020-01-01"), ("a: '7'", "7"),
        ("a: 0x10", "0x10"), ("a: .inf", ".inf"),
    ])
    func `words of YAML stay words`(text: String, value: String) throws {
        #expect(try YAMLReading.read(Array(text.utf8), name: "x.yaml") == ["a": .string(value)])
    }

    @Test func `YAML that unfolds without end, or is none, is refused`() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let references = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(references)]\n"
        }
        for bad in [text, "a: [", "? [x]\n: y", "", "a: *b"] {
            #expect(throws: AuthoringError.self) { try YAMLReading.read(Array(bad.utf8), name: "x.yaml") }
        }
        #expect(throws: AuthoringError.self) { try YAMLReading.read([0xFF], name: "x.yaml") }
    }
}
