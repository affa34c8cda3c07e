import PatchbayCore
import PatchbayJSON
import Testing

/// How failures of the other side reach the engine, through the loaded libraries.
@Suite(.timeLimit(.minutes(5)))
struct FailureTests {
    /// One action of each connector that writes, or the nearest to it.
    struct Probe: Sendable, CustomTestStringConvertible {
        var connector: String
        var operation: String
        var input: JSON
        /// What a failure whose effect nobody knows is said to have done.
        var doubt: OperationFailure.Effect
        var testDescription: String { connector }

        static let all = [
            Probe(
                connector: "http", operation: "request", input: ["method": "POST", "json": [:]], doubt: .unknown),
            Probe(
                connector: "slack", operation: "send_message", input: ["channel": "C1", "text": "x"], doubt: .unknown),
            Probe(
                connector: "github", operation: "create_issue",
                input: ["owner": "o", "repo": "r", "title": "x"], doubt: .unknown),
            Probe(
                connector: "jira", operation: "create_issue",
                input: ["project": "P", "type": "Bug", "summary": "x"], doubt: .unknown),
            // What a model answers changes nothing.
            Probe(
                connector: "openai", operation: "chat_completion",
                input: ["model": "m", "messages": [["role": "user", "content": "x"]]], doubt: .none),
        ]

        func caller(_ address: String, port: Int) async throws -> Caller {
            let settings: JSON = connector == "http" ? [:] : ["base_url": .string(address)]
            return try await ConnectorBench.shared.value.caller(
                connector, settings: settings, credential: .bearer("t0p-secret", hosts: ["127.0.0.1:\(port)"]))
        }

        func input(_ address: String) -> JSON {
            connector == "http" ? input.changing("url", to: .string(address + "/x?key=q")) : input
        }
    }

    private func failure(
        of probe: Probe, answering answer: RecordingServer.Answer, within milliseconds: Int64 = 30_000
    ) async throws -> OperationFailure? {
        let server = RecordingServer { _ in answer }
        defer { server.stop() }
        let caller = try await probe.caller(server.address, port: server.port)
        let failure = await caller.failure(probe.operation, probe.input(server.address), within: milliseconds)
        if let failure { expectDiscreet(failure) }
        return failure
    }

    /// No failure shows the secret or the query.
    private func expectDiscreet(_ failure: OperationFailure) {
        #expect(!failure.message.isEmpty)
        #expect(!failure.message.contains("t0p-secret"))
        #expect(!failure.message.contains("key=q"))
        #expect(!failure.detail.text.contains("t0p-secret"))
    }

    @Test(
        arguments: Probe.all,
        [
            (401, OperationFailure.Code.authDenied), (403, .authDenied), (404, .notFound), (409, .conflict),
            (422, .invalidInput), (429, .rateLimited),
        ])
    func `a refusal says what it means and that nothing was done`(
        probe: Probe, status: (status: Int, code: OperationFailure.Code)
    ) async throws {
        let failure = try await failure(of: probe, answering: .json(status.status, ["message": "No such luck"]))
        #expect(failure?.code == status.code)
        #expect(failure?.httpStatus == status.status)
        #expect(failure?.effect == OperationFailure.Effect.none)
        #expect(failure?.isRetryable == (status.code == .rateLimited))
    }

    @Test(arguments: Probe.all)
    func `a limit carries the wait that the vendor asks for`(probe: Probe) async throws {
        let failure = try await failure(of: probe, answering: .json(429, [:], [("Retry-After", "17")]))
        #expect(failure?.retryAfter == 17_000)
        let silent = try await self.failure(of: probe, answering: .json(429, [:]))
        // GitHub asks for a minute when it says nothing.
        #expect(silent?.retryAfter == (probe.connector == "github" ? 60_000 : nil))
    }

    @Test(arguments: Probe.all, [500, 502, 503])
    func `a failure of the server is worth another try, and its effect in doubt`(probe: Probe, status: Int) async throws
    {
        let page = Array("<html><h1>Bad gateway</h1></html>".utf8)
        let failure = try await failure(
            of: probe, answering: .reply(status, [("Content-Type", "text/html")], page))
        #expect(failure?.code == .unavailable)
        #expect(failure?.httpStatus == status)
        #expect(failure?.isRetryable == true)
        #expect(failure?.effect == probe.doubt)
    }

    @Test(arguments: Probe.all.filter { $0.connector != "http" })
    func `a page for people where JSON was promised is shown in part`(probe: Probe) async throws {
        let page = Array("<!DOCTYPE html><title>Log in</title>".utf8)
        let failure = try await failure(of: probe, answering: .reply(200, [("Content-Type", "text/html")], page))
        #expect(failure?.code == .upstream)
        #expect(failure?.isRetryable == false)
        #expect(failure?.detail["body"]?.string?.hasPrefix("<!DOCTYPE html>") == true)
        #expect(failure?.effect != OperationFailure.Effect.none || probe.doubt == .none)
    }

    @Test(arguments: Probe.all)
    func `JSON that ends too early is no answer`(probe: Probe) async throws {
        let body = Array(#"{"ok": true, "ts": "15"#.utf8)
        let failure = try await failure(
            of: probe, answering: .reply(201, [("Content-Type", "application/json")], body))
        #expect(failure?.code == .upstream)
        #expect(failure?.message.contains("not JSON") == true)
        #expect(failure?.effect != OperationFailure.Effect.none || probe.doubt == .none)
    }

    @Test(arguments: Probe.all)
    func `an answer that is cut off leaves its effect in doubt`(probe: Probe) async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"ok\":"
        let failure = try await failure(of: probe, answering: .cut(Array(head.utf8)))
        #expect(failure?.code == .unavailable)
        #expect(failure?.isRetryable == true)
        #expect(failure?.effect == probe.doubt)
    }

    @Test(arguments: Probe.all)
    func `nobody at the other end has done nothing`(probe: Probe) async throws {
        let port = RecordingServer.closedPort
        let address = "http://127.0.0.1:\(port)"
        let caller = try await probe.caller(address, port: port)
        let failure = await caller.failure(probe.operation, probe.input(address))
        #expect(failure?.code == .unavailable)
        #expect(failure?.isRetryable == true)
        #expect(failure?.effect == OperationFailure.Effect.none)
    }

    @Test(arguments: Probe.all)
    func `no answer in time ends with the step's deadline`(probe: Probe) async throws {
        let server = RecordingServer { _ in .silence }
        defer { server.stop() }
        let caller = try await probe.caller(server.address, port: server.port)
        let failure = await caller.failure(probe.operation, probe.input(server.address), within: 1000)
        #expect(failure?.code == .timeout)
        #expect(failure?.isRetryable == true)
        // On a busy machine the time may be over before anything was sent, or before the server has read it.
        #expect(
            failure?.effect == probe.doubt || failure?.effect == OperationFailure.Effect.none && server.requests.isEmpty
        )
    }

    @Test func `a request's own time limit ends it before the step's`() async throws {
        let server = RecordingServer { _ in .silence }
        defer { server.stop() }
        let http = try await ConnectorBench.shared.value.caller("http")
        let input: JSON = ["url": .string(server.address), "timeout_ms": 150]
        let failure = await http.failure("request", input)
        #expect(failure?.code == .timeout)
        #expect(failure?.effect == OperationFailure.Effect.none)
        let write = await http.failure("request", input.changing("method", to: "PUT"))
        #expect(write?.code == .timeout)
        // On a busy machine the time may be over before anything was sent.
        #expect(write?.effect == .unknown || write?.effect == OperationFailure.Effect.none && server.requests.count < 2)
    }

    @Test func `an address that the operator does not allow is not reached`() async throws {
        let http = try await ConnectorBench.shared.value.caller("http")
        let failure = await http.failure("request", ["url": "http://169.254.169.254/latest/meta-data"])
        #expect(failure?.code == .config)
        #expect(failure?.effect == OperationFailure.Effect.none)
        let words = await http.failure("request", ["url": "http://ada:secret@127.0.0.1/"])
        #expect(words?.code == .invalidInput)
    }
}
