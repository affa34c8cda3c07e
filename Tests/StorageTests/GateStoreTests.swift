import PatchbayCore
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct GateStoreTests {
        @Test func `gates are told to others while they are shut, and kept for people`() async throws {
            try await withStores { stores in
                let store = PostgresGateStore(stores.engine)
                let key = GateKey(tenant: Stores.tenant, connector: "slack", version: "1.0.0", credential: "")
                var gate = GateRecord(
                    key: key, state: .open, until: Stores.at(9), calls: 20, failures: 12, since: Stores.at(1))
                try await store.publish([gate])
                #expect(try await store.shut(at: Stores.at(8)) == [gate])
                #expect(try await store.shut(at: Stores.at(9)).isEmpty)
                (gate.state, gate.until) = (.closed, nil)
                try await store.publish([gate])
                #expect(try await store.shut(at: Stores.at(0)).isEmpty)
                #expect(try await store.gates(in: Stores.tenant) == [gate])
                #expect(try await store.gates(in: Stores.stranger).isEmpty)
            }
        }
    }
}
