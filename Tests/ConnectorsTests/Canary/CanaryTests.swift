import CanaryFixture
import Glibc
import Logging
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbayOutbound
import Testing

/// A secret that each connector uses, with servers that tell it back in every form, is in nothing that the host keeps or shows.
@Suite(.timeLimit(.minutes(5))) struct CanaryTests {
    /// Those that take a credential.
    static let connectors = ConnectorBench.ids.filter { !["transform", "javascript", "rss"].contains($0) }

    /// Those that pass on nothing of what a server says, beside numbers and words that they know.
    static let silent: Set = ["email"]

    private static let log = LogCapture()
    private static let registries = Task {
        let bench = try await ConnectorBench.shared.value
        return [
            try await bench.registry(.inProcess, log.logger),
            try await bench.registry(IsolationPolicy(.runner, sockets: ConnectorBench.grants), log.logger),
        ]
    }

    @Test(arguments: connectors) func `what a connector does with a secret shows nothing of it`(connector: String)
        async throws
    {
        let canary = Canary(connector, isASCII: Self.language(connector) == .http)
        let (shown, calls, masks) = try await Self.shown(by: connector, using: canary, echoing: canary)
        #expect(canary.leaks(in: shown) == [], "\(connector)")
        #expect(canary.leaks(in: Self.log.text) == [], "\(connector)")
        #expect(calls >= EchoServer.Mood.allCases.count * 2)
        // It was really there, and something stands in its place.
        #expect(masks > 0 || Self.silent.contains(connector), "\(connector): \(shown.prefix(2_000))")
    }

    /// The same servers with a secret that the host does not know: what this test looks at is what would show a leak.
    @Test(arguments: connectors) func `a secret that nobody masks is found`(connector: String) async throws {
        let used = Canary(connector, isASCII: true)
        let planted = Canary("planted-" + connector, isASCII: Self.language(connector) == .http)
        let (shown, _, _) = try await Self.shown(by: connector, using: used, echoing: planted, isTwice: false)
        let isFound = planted.leaks(in: shown) != []
        #expect(isFound != Self.silent.contains(connector), "\(connector): \(shown.prefix(2_000))")
    }

    @Test func `a host that is named like the secret is not named`() async throws {
        let canary = Canary("host", isPlain: true)
        let (shown, _, masks) = try await Self.shown(by: "http", using: canary, echoing: canary, in: [.redirect])
        #expect(canary.leaks(in: shown) == [])
        #expect(masks > 0)
    }

    @Test func `every form of it would be found, and is masked`() {
        let canary = Canary("forms")
        let redaction = Caller.redaction(of: canary.secret)
        for (name, text) in canary.forms {
            #expect(canary.leaks(in: "before \(text) after") != [], "\(name)")
            #expect(canary.leaks(in: redaction.masked("before \(text) after")) == [], "\(name)")
        }
        #expect(canary.leaks(in: "nothing of it") == [])
    }

    /// Everything that comes of all operations in all moods of the server, in the host's process and in runners.
    private static func shown(
        by connector: String, using canary: Canary, echoing echoed: Canary,
        in moods: [EchoServer.Mood] = EchoServer.Mood.allCases, isTwice: Bool = true
    ) async throws -> (text: String, calls: Int, masks: Int) {
        let bench = try await ConnectorBench.shared.value
        var (text, calls) = ("", 0)
        for registry in try await registries.value.prefix(isTwice ? 2 : 1) {
            for mood in moods {
                let server = EchoServer(language(connector), echoed, mood, on: TestPorts.range)
                for credential in credentials(connector, canary, server) {
                    let caller = try bench.caller(
                        connector, settings: settings(connector, server), credential: credential, in: registry)
                    for (operation, input) in try self.calls(connector, server).prefix(mood == .silence ? 1 : 30) {
                        text += await outcome(caller, operation, input, within: mood == .silence ? 400 : 30_000) + "\n"
                        calls += 1
                    }
                }
            }
        }
        return (text, calls, text.count(of: "‹secret›"))
    }

    private static func outcome(
        _ caller: Caller, _ operation: String, _ input: JSON, within milliseconds: Int64
    ) async -> String {
        do {
            let result = try await caller.result(operation, input, within: milliseconds)
            return result.output.text + " \(result)"
        } catch let failure as OperationFailure {
            return "\(failure) \(failure.message) \(failure.detail.text) "
                + failure.log.map { "\($0.message) \($0.fields.text)" }.joined(separator: " ")
        } catch {
            return "\(error)"
        }
    }

    private static func language(_ connector: String) -> EchoServer.Language {
        switch connector {
        case "redis": .redis
        case "email": .smtp
        case "postgresql": .postgres
        default: .http
        }
    }

    private static func calls(_ connector: String, _ server: EchoServer) throws -> [(String, JSON)] {
        guard connector == "http" else { return try IdenticalResultsTests.calls(connector, address: server.address) }
        let url = JSON.string(server.address + "/a?b=1")
        return [
            ("request", ["url": url]), ("request", ["url": url, "follow_redirects": true]),
            ("request", ["url": url, "method": "POST", "json": ["a": 1]]),
        ]
    }

    private static func settings(_ connector: String, _ server: EchoServer) -> JSON {
        let port = JSON.int(Int64(server.port))
        switch connector {
        case "http": return [:]
        case "redis": return ["host": "127.0.0.1", "port": port]
        case "postgresql": return ["host": "127.0.0.1", "port": port, "tls": "prefer"]
        case "email": return ["host": "127.0.0.1", "port": port, "security": "none", "from": "a@b.example"]
        case let id where id.hasPrefix("aws-"): return ["region": "eu-central-1", "endpoint": .string(server.address)]
        default: return ["base_url": .string(server.address)]
        }
    }

    private static func credentials(
        _ connector: String, _ canary: Canary, _ server: EchoServer
    ) -> [Given.Credential] {
        let hosts = ["127.0.0.1:\(server.port)"]
        switch connector {
        case "http":
            return [
                .bearer(canary.secret, hosts: hosts), .basic(canary.user, canary.secret, hosts: hosts),
                .key(canary.secret, hosts: hosts),
                .key(canary.secret, hosts: hosts, settings: ["api_key_in": "query", "api_key_name": "key"]),
            ]
        case "anthropic": return [.key(canary.secret)]
        case "slack", "github", "openai": return [.bearer(canary.secret)]
        default: return [.basic(canary.user, canary.secret)]
        }
    }
}

extension String {
    fileprivate func count(of part: String) -> Int { ranges(of: part).count }
}
