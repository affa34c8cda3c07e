import PatchbayAuthoring
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import Testing

@Suite(.timeLimit(.minutes(3))) struct DeclarativeBuildTests {
    private func document(_ id: String, _ version: String, greeting: String) -> String {
        """
        declarative: 1
        id: \(id)
        version: \(version)
        base_url: "{{ settings.base_url }}"
        settings: {base_url: string}
        auth: {account: bearer}
        actions:
          get_order:
            input: {id: string}
            request: {path: "/orders/{{ input.id }}"}
            response: {output: {state: "{{ body.state }}", said: "\(greeting) {{ input.id }}"}}
        """
    }

    private func build(_ text: String, in folder: TemporaryFolder, development: Int? = nil) async throws
        -> ConnectorBuild.Product
    {
        try folder.write(text, to: "connector.yaml")
        let project = try ConnectorProject.open(folder.path)
        #expect(project.language == .declarative)
        let build = ConnectorBuild(
            project, sdk: BuildFolder.sdk, prober: try BuildFolder.prober, development: development)
        return try await build.run()
    }

    @Test func `a document becomes a connector that asks a server with the credential`() async throws {
        let server = try LoopbackServer(headers: "Content-Type: application/json\r\n", body: #"{"state": "open"}"#)
        let folder = try TemporaryFolder()
        let product = try await build(document("acme", "1.2.3", greeting: "hello"), in: folder)
        #expect(product.id == "acme" && product.version.description == "1.2.3")
        let connector = try await LocalConnector.open(
            "acme", in: folder.file("build/plugins"), prober: try BuildFolder.prober)
        let result = try await connector.call(
            "get_order", ["id": "7"],
            in: .init(
                settings: ["base_url": .string(server.url)], credential: try GivenCredential(["token": "canary-1234"]),
                sender: try Shop.client()))
        #expect(result.output == ["state": "open", "said": "hello 7"])
        #expect(server.heads.first?.hasPrefix("GET /orders/7 ") == true)
        #expect(server.heads.first?.contains("Bearer canary-1234") == true)
        await connector.close()
    }

    @Test func `two connectors and two versions of one are served side by side`() async throws {
        let server = try LoopbackServer(headers: "Content-Type: application/json\r\n", body: #"{"state": "open"}"#)
        let plugins = try TemporaryFolder()
        for (id, version, greeting) in [
            ("acme", "1.0.0", "one"), ("acme", "1.1.0", "two"), ("other", "1.0.0", "three"),
        ] {
            let folder = try TemporaryFolder()
            let product = try await build(document(id, version, greeting: greeting), in: folder)
            let staging = Staging(prober: try BuildFolder.prober)
            _ = try await staging.stage(library: product.folder + "/\(id).so", into: plugins.path)
        }
        for isolation in [IsolationPolicy(.runner), IsolationPolicy(.inProcess)] {
            for (id, version, greeting) in [
                ("acme", "1.0.0", "one"), ("acme", "1.1.0", "two"), ("other", "1.0.0", "three"),
            ] {
                let connector = try await LocalConnector.open(
                    id, version: version, in: plugins.path, prober: try BuildFolder.prober, isolation: isolation)
                let result = try await connector.call(
                    "get_order", ["id": "7"],
                    in: .init(
                        settings: ["base_url": .string(server.url)], credential: try GivenCredential(["token": "t"]),
                        sender: try Shop.client()))
                #expect(result.output["said"] == .string("\(greeting) 7"))
                await connector.close()
            }
        }
    }

    @Test func `the generic library alone refuses to start, with what to do`() async throws {
        let library = try GenericLibrary.find()
        let folder = try TemporaryFolder()
        let prober = try BuildFolder.prober
        let refusal = await #expect(throws: ConnectorRefusal.self) {
            try await Staging(prober: prober).stage(library: library, into: folder.path)
        }
        #expect("\(refusal.map { "\($0)" } ?? "")".contains("patchbay connector build"))
    }

    @Test func `every problem of a document is told before anything is built`() async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "declarative: 1\nid: Acme\nversion: 1\nactions: {get: {request: {path: x}}}\n", to: "connector.yaml")
        let project = try ConnectorProject.open(folder.path)
        let build = ConnectorBuild(project, sdk: BuildFolder.sdk, prober: try BuildFolder.prober)
        let error = await #expect(throws: AuthoringError.self) { try await build.run() }
        for place in ["/id", "/version", "/base_url", "/actions/get/request/path"] {
            #expect(error?.description.contains(place) == true, "\(place)")
        }
        #expect(!folder.exists("build"))
    }

    @Test func `an example that breaks its schema is a problem`() throws {
        let json: JSON = [
            "declarative": 1, "id": "acme", "version": "1.0.0", "base_url": "https://a.example",
            "actions": [
                "get": ["input": ["id": "string"], "request": ["path": "/"], "examples": [["input": ["id": 7]]]]
            ],
        ]
        let error = #expect(throws: AuthoringError.self) { try DocumentChecks.read(json) }
        #expect(error?.description.contains("/actions/get/examples/0/input/id") == true)
    }

    @Test func `a development build has a version of its own`() async throws {
        let folder = try TemporaryFolder()
        let product = try await build(document("acme", "1.0.0", greeting: "x"), in: folder, development: 7)
        #expect(product.version.description == "1.0.0-dev.7")
    }

    @Test func `only the generic library takes a document, and only one that has room`() throws {
        let library = try bytes(of: try GenericLibrary.find())
        let filled = try DocumentSlot.fill(library, with: Array("{}".utf8))
        #expect(filled.count == library.count && filled != library)
        #expect(throws: AuthoringError.self) { try DocumentSlot.fill(filled, with: Array("{}".utf8)) }
        let large = [UInt8](repeating: 0x20, count: (1 << 20) + 1)
        #expect(throws: AuthoringError.self) { try DocumentSlot.fill(library, with: large) }
        #expect(throws: AuthoringError.self) { try DocumentSlot.fill([1, 2, 3], with: Array("{}".utf8)) }
        #expect(throws: AuthoringError.self) { try DocumentSlot.fill([UInt8](repeating: 0, count: 1 << 16), with: [1]) }
    }

    private func bytes(of path: String) throws -> [UInt8] {
        let text = try DeclarativeFile.read(path)
        return text
    }
}
