import PatchbayCore
import PatchbayJSON
import PatchbayModules
import Testing

/// The same library gives the same results in the host's process and in a runner: outputs, failures with all that they say, log
/// lines, and the requests that go out. Every operation of every connector is called, with its manifest's own examples.
@Suite(.timeLimit(.minutes(5))) struct IdenticalResultsTests {
    private static let inProcess = Task { try await ConnectorBench.shared.value.registry(.inProcess) }
    private static let inRunners = Task {
        try await ConnectorBench.shared.value.registry(IsolationPolicy(.runner, sockets: ConnectorBench.grants))
    }

    /// What comes of a call.
    private enum Outcome: Equatable {
        case output(JSON)
        case failure(OperationFailure, log: [String])
    }

    /// What a vendor may answer.
    private static let answers: [(name: String, answer: RecordingServer.Answer)] = [
        ("success", .json(200, ["ok": true, "id": "1", "number": 7])),
        ("no JSON", .reply(200, [("Content-Type", "text/html")], Array("<p>Hello</p>".utf8))),
        ("unauthorized", .json(401, ["message": "Bad credentials"])),
        ("not found", .json(404, ["message": "Not Found"])),
        ("slow down", .json(429, ["error": ["message": "later"]], [("Retry-After", "7")])),
        ("fault", .reply(503, [], [])), ("cut", .cut(Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".utf8))),
    ]

    /// Those that call vendors over HTTP, those that compute, and those that connect by themselves to a server that is not
    /// there; what these do with one that is there, their own tests show in both ways (`make isolation`).
    @Test(arguments: ConnectorBench.ids.filter { $0 != "javascript" })
    func `every operation gives the same in both ways`(connector: String) async throws {
        let bench = try await ConnectorBench.shared.value
        var compared = 0
        for (name, answer) in Self.answers {
            let server = RecordingServer { _ in answer }
            defer { server.stop() }
            let settings = Self.settings(connector, server)
            let credential = Self.credential(connector)
            let callers = [
                try bench.caller(
                    connector, settings: settings, credential: credential, in: try await Self.inProcess.value),
                try bench.caller(
                    connector, settings: settings, credential: credential, in: try await Self.inRunners.value),
            ]
            for (operation, input) in try Self.calls(connector, address: server.address) {
                let before = server.requests.count
                let first = await Self.outcome(callers[0], operation, input)
                let between = server.requests.count
                let second = await Self.outcome(callers[1], operation, input)
                #expect(first == second, "\(operation), \(name)")
                let requests = server.requests.map(Self.comparable)
                #expect(Array(requests[before..<between]) == Array(requests[between...]), "\(operation), \(name)")
                compared += 1
            }
        }
        #expect(compared >= Self.answers.count)
    }

    private static func outcome(_ caller: Caller, _ operation: String, _ input: JSON) async -> Outcome {
        do {
            return .output(try await caller.call(operation, input))
        } catch var failure as OperationFailure {
            let log = failure.log.map { "\($0.level) \($0.message)" }
            failure.log = []
            return .failure(failure, log: log)
        } catch {
            return .output(.string("\(error)"))
        }
    }

    /// Operations with the examples of the manifest.
    static func calls(_ connector: String, address: String) throws -> [(String, JSON)] {
        let manifest = try #require(ManifestTests.manifest(of: connector))
        return (manifest["operations"]?.array ?? []).flatMap { operation -> [(String, JSON)] in
            let id = operation["id"]?.string ?? ""
            return (operation["examples"]?.array ?? []).map { example in
                var input = example["input"] ?? nil
                // To our server in the place of the vendor's.
                if connector == "http", var members = input.object, members["url"] != nil {
                    members["url"] = .string(address + "/example?page=1")
                    input = .object(members)
                }
                return (id, input)
            }
        }
    }

    private static func settings(_ connector: String, _ server: RecordingServer) -> JSON {
        switch connector {
        case "http", "transform": [:]
        case "redis", "postgresql": ["host": "127.0.0.1", "port": .int(Int64(closed))]
        case "email":
            ["host": "127.0.0.1", "port": .int(Int64(closed)), "security": "none", "from": "a@b.example"]
        case let id where id.hasPrefix("aws-"): ["region": "eu-central-1", "endpoint": .string(server.address)]
        default: ["base_url": .string(server.address)]
        }
    }

    private static let closed = RecordingServer.closedPort

    private static func credential(_ connector: String) -> Given.Credential? {
        switch connector {
        case "http", "transform": nil
        case "anthropic": .key("s3cret-key")
        case "slack", "github", "openai": .bearer("s3cret-token")
        default: .basic("ada", "s3cret-pass")
        }
    }

    /// Without what says when a request was made.
    private static func comparable(_ request: RecordingServer.Request) -> [String] {
        let changing = ["x-amz-date", "authorization"]
        let headers = request.headers.filter { name, value in
            !changing.contains(name) || name == "authorization" && !value.hasPrefix("AWS4")
        }
        return [request.method, request.target, request.text] + headers.map { "\($0.key): \($0.value)" }.sorted()
    }
}
