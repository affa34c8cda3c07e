import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import Testing

@testable import PatchbayModules

/// What a connector that reads a secret says outside of its answers.
@Suite(.timeLimit(.minutes(5))) struct SecretsInRunnersTests {
    private let bench: Workbench
    private let log = KeptLog()
    private let secret = "s3cret \"quoted\" /+= ä and long enough"

    init() throws { bench = try Workbench() }

    private func invoker(_ name: String, ports: [UInt16] = [], _ grants: SocketGrants = []) async throws
        -> ModuleInvoker
    {
        try bench.install(HostileConnector.named(name, ports: ports, readsSecret: true))
        let registry = await bench.registry(
            isolation: IsolationPolicy(.runner, sockets: grants), logger: log.logger)
        return bench.invoker(
            registry, outbound: try OutboundClient(policy: EgressPolicy(parsing: "127.0.0.0/8")),
            credentials: .one(.basic, ["username": "ada", "password": secret]),
            settings: ["host": "127.0.0.1", "port": 7777])
    }

    @Test func `the last words of a process that dies are masked, in the failure and in the log`() async throws {
        let invoker = try await invoker("dies-telling")
        let failure = try await #require(throws: OperationFailure.self) {
            try await invoker.invoke(.fixture("misbehave", of: "dies-telling", credential: "mine"))
        }
        #expect(failure.message.contains("SIGABRT"))
        let words = failure.detail["output"]?.string ?? ""
        #expect(words.contains("$credential") && words.contains(Redaction.mask), "\(words)")
        let all = words + log.lines.joined(separator: "\n")
        #expect(!all.contains("quoted"), "\(all)")
        #expect(log.lines.contains { $0.contains("A runner ended") && $0.contains(Redaction.mask) })
        #expect(log.lines.contains { $0.contains("$credential") && $0.hasPrefix("info") })
    }

    @Test func `a port that was not granted is named, with what to do`() async throws {
        let invoker = try await invoker("tells-secret", ports: [6379], ["tells-secret"])
        let failure = try await #require(throws: OperationFailure.self) {
            try await invoker.invoke(.fixture("behave", of: "tells-secret", credential: "mine"))
        }
        #expect(failure.code == .config)
        #expect(failure.message.contains("may connect to the ports 6379 from its runner, not to 7777"))
        #expect(failure.message.contains("PATCHBAY_GRANT_SOCKETS=tells-secret:7777"))
    }

    @Test func `what was used a moment ago is masked still, and only so many are kept`() {
        let recent = RecentRedactions()
        #expect(recent.all.isEmpty)
        for index in 0..<100 { recent.note(Redaction([Secret("secret-number-\(index)")])) }
        for _ in 0..<3 { recent.note(Redaction([Secret("secret-number-99")])) }
        #expect(recent.all.count == 64)
        #expect(Redaction.joined(recent.all).masked("secret-number-99") == Redaction.mask)
    }
}
