import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import Synchronization
import Testing

@testable import PatchbayModules

@Suite(.timeLimit(.minutes(5))) struct RecentEgressTests {
    private final class Rules: TenantEgressStore {
        private let state: Mutex<(rules: EgressRules, readings: Int)>
        init(_ rules: EgressRules) { state = Mutex((rules, 0)) }
        var readings: Int { state.withLock { $0.readings } }

        func egress(of tenant: TenantID) async throws -> EgressRules {
            state.withLock { state in
                state.readings += 1
                return state.rules
            }
        }

        func setEgress(_ rules: EgressRules, of tenant: TenantID) async throws -> Bool {
            state.withLock { $0.rules = rules }
            return true
        }
    }

    @Test func `rules are read once a while, and others when they are old`() async throws {
        let rules = Rules(EgressRules(hosts: ["api.example.com"], networks: []))
        let recent = RecentEgress(rules, age: .seconds(3_600))
        for _ in 0..<3 { #expect(try await recent.rules(for: .initial).networks == []) }
        #expect(rules.readings == 1)
        let forgetful = RecentEgress(rules, age: .zero)
        for _ in 0..<3 { _ = try await forgetful.rules(for: .initial) }
        #expect(rules.readings == 4)
    }

    @Test func `rules that cannot be read let nothing through`() async throws {
        let recent = RecentEgress(Rules(EgressRules(hosts: ["a b"])))
        await #expect(throws: TenantEgressError.self) { try await recent.rules(for: .initial) }
    }

    /// By a connector that connects by itself, in a runner.
    @Test func `the operator's rules for a tenant hold at each call`() async throws {
        let bench = try Workbench()
        try bench.install(HostileConnector.named("behaves", ports: [6379]))
        let registry = await bench.registry(isolation: IsolationPolicy(.runner, sockets: ["behaves"]))
        let store = Rules(EgressRules())
        let invoker = ModuleInvoker(
            registry: registry, outbound: try OutboundClient(policy: EgressPolicy(parsing: "127.0.0.0/8")),
            credentials: Credentials(), settings: Settings(settings: ["host": "127.0.0.1", "port": 6379]),
            egress: RecentEgress(store, age: .zero))
        #expect(try await invoker.invoke(.fixture("behave", of: "behaves")).output == ["well": true])
        for rules in [
            EgressRules(hosts: ["db.example"]), EgressRules(networks: ["10.0.0.0/8"]), EgressRules(hosts: []),
        ] {
            _ = try await store.setEgress(rules, of: .initial)
            let failure = try await #require(throws: OperationFailure.self) {
                try await invoker.invoke(.fixture("behave", of: "behaves"))
            }
            #expect(failure.code == .config)
            #expect(failure.message.contains("operator"), "\(failure.message)")
        }
        _ = try await store.setEgress(EgressRules(hosts: ["127.0.0.1:6379"], networks: ["127.0.0.0/8"]), of: .initial)
        #expect(try await invoker.invoke(.fixture("behave", of: "behaves")).output == ["well": true])
    }
}
