import DatabaseFixture
import PatchbayCore
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct RateStoreTests {
        private static let window = Timestamp(milliseconds: 1_760_000_040_000)

        /// What one host lets through of `requests`.
        private static func admitted(
            of requests: Int, _ key: RateKey, limit: Int, by store: PostgresRateStore
        ) async throws -> Int {
            var budget = RateBudgetState(limit: limit)
            var admitted = 0
            for _ in 0..<requests {
                var answer = budget.take()
                while case .needs(let portion) = answer {
                    budget.receive(portion, total: try await store.take(portion, of: key, in: window))
                    answer = budget.take()
                }
                if case .admitted = answer { admitted += 1 }
            }
            return admitted
        }

        @Test func `two hosts together let through what the limit says, for each key by itself`() async throws {
            try await withStores { stores in
                let other = PostgresPool(stores.target.as(.engine), log: .quiet)
                let hosts = [PostgresRateStore(stores.engine), PostgresRateStore(other)]
                let keys = [
                    RateKey(.api, tenant: Stores.tenant), RateKey(.execute, tenant: Stores.tenant),
                    RateKey(.api, tenant: Stores.stranger), RateKey(.api, address: "192.0.2.1"),
                    RateKey(.api, address: "192.0.2.2"),
                ]
                for key in keys {
                    let both = try await withThrowingTaskGroup(of: Int.self) { group in
                        for host in hosts {
                            group.addTask { try await Self.admitted(of: 400, key, limit: 300, by: host) }
                        }
                        return try await group.reduce(0, +)
                    }
                    #expect(both == 300, "\(key)")
                }
                await other.close()
            }
        }

        @Test func `a new window begins anew, and old ones are forgotten`() async throws {
            try await withStores { stores in
                let store = PostgresRateStore(stores.engine)
                let key = RateKey(.api, tenant: Stores.tenant)
                let first = try await store.take(5, of: key, in: Self.window)
                #expect(first == 5)
                #expect(try await store.take(2, of: key, in: Self.window) == 7)
                #expect(try await store.take(1, of: key, in: Self.window + 60_000) == 1)
                #expect(try await store.forget(before: Self.window + 60_000) == 1)
                #expect(try await store.take(1, of: key, in: Self.window) == 1)
                #expect(try await store.take(1, of: key, in: Self.window + 60_000) == 2)
            }
        }

        @Test func `a tenant's own limits are kept with its others`() async throws {
            try await withStores { stores in
                let tenants = PostgresTenantStore(stores.engine)
                let store = PostgresRateStore(stores.engine)
                #expect(try await store.limits(of: Stores.tenant) == .none)
                let quotas = TenantQuotas(workflows: 3, rates: RateLimits([.api: 2_000, .execute: 5]))
                #expect(try await tenants.set(quotas, of: Stores.tenant))
                #expect(try await store.limits(of: Stores.tenant) == quotas.rates)
                #expect(try await tenants.tenant(Stores.tenant)?.quotas == quotas)
                #expect(try await store.limits(of: Stores.stranger) == .none)
                let made = TenantRecord(
                    id: .new(at: Stores.start), name: "a", quotas: TenantQuotas(rates: RateLimits([.webhook: 7])),
                    createdAt: Stores.start)
                try await tenants.create(made)
                #expect(try await store.limits(of: made.id)[.webhook] == 7)
            }
        }
    }
}
