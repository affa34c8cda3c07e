import PatchbayAuthoring
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import Testing

@Suite(.timeLimit(.minutes(3))) struct LocalConnectorTests {
    @Test func `an action asks the server with the credential that it never sees`() async throws {
        let server = try LoopbackServer(body: #"{"state": "open"}"#)
        let shop = try await Shop.build()
        let connector = try await shop.open()
        let result = try await connector.call(
            "get_order", ["id": "7"],
            in: .init(
                settings: ["base_url": .string(server.url)], credential: try GivenCredential(["token": "canary-1234"]),
                sender: try Shop.client()))
        #expect(result.output == ["state": "open"])
        #expect(server.heads.first?.hasPrefix("GET /orders/7 ") == true)
        #expect(server.heads.first?.contains("Bearer canary-1234") == true)
        await connector.close()
    }

    @Test func `an input that does not fit is told by member, and nothing is called`() async throws {
        let connector = try await Shop.build().open()
        let error = await #expect(throws: AuthoringError.self) {
            try await connector.call("get_order", ["id": 7], in: .init())
        }
        #expect(error?.description.contains("/id") == true)
        await connector.close()
    }

    @Test func `an operation that is not there is named with the nearest`() async throws {
        let connector = try await Shop.build().open()
        let error = await #expect(throws: AuthoringError.self) {
            try await connector.call("get_oder", [:], in: .init())
        }
        #expect(error?.description.contains("get_order") == true)
        await connector.close()
    }

    @Test func `a connector that crashes fails the call and nothing else`() async throws {
        let connector = try await Shop.build().open()
        let failure = await #expect(throws: OperationFailure.self) {
            try await connector.call("crash", [:], in: .init())
        }
        #expect(failure?.explained.contains("effect") == true)
        await connector.close()
    }

    @Test func `a connector that is not there is named`() async throws {
        let folder = try TemporaryFolder()
        let prober = try BuildFolder.prober
        await #expect(throws: AuthoringError.self) {
            try await LocalConnector.open("acme", in: folder.path, prober: prober)
        }
    }

    @Test func `a credential's kind follows from its members`() throws {
        #expect(throws: Never.self) { try GivenCredential(["token": "t"]) }
        #expect(throws: Never.self) { try GivenCredential(["username": "u", "password": "p", "hosts": ["a.example"]]) }
        #expect(throws: Never.self) { try GivenCredential(["kind": "secret", "value": "v"]) }
        for bad: JSON in [[:], ["token": 1], ["kind": "bearer", "key": "x"], ["kind": "none", "token": "x"], "token"] {
            let error = #expect(throws: AuthoringError.self) { try GivenCredential(bad) }
            #expect(error?.description.contains("x`") == false)
        }
    }

    @Test func `the last call is kept without its secret`() async throws {
        let folder = try TemporaryFolder()
        try folder.write("{}", to: "connector.json")
        let project = try ConnectorProject.open(folder.path)
        #expect(LastCall.read(of: project) == nil)
        let call = LastCall(operation: "hello", input: ["name": "Ada"], credentialFile: "/keys/acme.json")
        try call.write(to: project)
        #expect(LastCall.read(of: project) == call)
    }
}
