import DatabaseFixture
import PatchbayCore
import PatchbayPostgres
import PatchbayStorage
import Synchronization
import Testing

extension StorageSuites {
    @Suite struct ClaimTests {
        @Test func `a tenant that floods the queue leaves the others their turn`() async throws {
            try await withStores { stores in
                let (loud, quiet) = (try await QueuedTenant(stores, 1), try await QueuedTenant(stores, 2))
                try await loud.runs(100)
                try await quiet.runs(4)
                let first = try await stores.lease("w1", limit: 6, at: Stores.at(200))
                #expect(first.count { $0.record.tenant == quiet.workflow.tenant } == 3)
                // Whoever has less in hand goes first, also for another worker.
                let second = try await stores.lease("w2", limit: 2, at: Stores.at(200))
                #expect(second.map(\.record.tenant).contains(quiet.workflow.tenant))
                let third = try await stores.lease("w2", limit: 500, at: Stores.at(200))
                #expect(third.allSatisfy { $0.record.tenant == loud.workflow.tenant })
            }
        }

        @Test func `twice the weight gives twice the runs`() async throws {
            try await withStores { stores in
                let (heavy, light) = (try await QueuedTenant(stores, 1), try await QueuedTenant(stores, 2))
                try await stores.operating.setShare(TenantShare(weight: 2), of: heavy.workflow.tenant)
                try await light.runs(20)
                try await heavy.runs(20)
                let leased = try await stores.lease("w1", limit: 9, at: Stores.at(200))
                #expect(leased.count { $0.record.tenant == heavy.workflow.tenant } == 6)
            }
        }

        @Test func `with more tenants than a claim looks at, each comes in turn`() async throws {
            try await withStores { stores in
                var tenants: Set<TenantID> = []
                for number in 1...150 {
                    let tenant = try await QueuedTenant(stores, UInt64(number))
                    try await tenant.runs(2)
                    tenants.insert(tenant.workflow.tenant)
                }
                var seen: Set<TenantID> = []
                for _ in 0..<6 {
                    seen.formUnion(try await stores.lease("w1", limit: 32, at: Stores.at(9)).map(\.record.tenant))
                }
                #expect(seen.count >= 128)
                for _ in 0..<8 {
                    seen.formUnion(try await stores.lease("w1", limit: 32, at: Stores.at(9)).map(\.record.tenant))
                }
                #expect(seen == tenants)
            }
        }

        @Test(arguments: 0..<5)
        func `a tenant's limit holds while many workers claim at once`(round: Int) async throws {
            try await withStores { stores in
                let limited = try await QueuedTenant(stores)
                try await stores.operating.setShare(TenantShare(concurrency: 7), of: limited.workflow.tenant)
                try await limited.runs(30)
                let leased = try await withThrowingTaskGroup(of: [LeasedRun].self) { group in
                    for worker in 1...6 {
                        group.addTask { try await stores.lease("w\(worker)", limit: 4, at: Stores.at(90)) }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                #expect(leased.count == 7)
                try await stores.complete(leased[0])
                #expect(try await stores.lease("w9", limit: 4, at: Stores.at(90)).count == 1)
            }
        }

        @Test func `a worker with labels takes what asks for them, and one kept for labels nothing else`() async throws
        {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                let plain = try await tenant.run()
                let gpu = try await tenant.run(RunPlacement(labels: ["gpu"]))
                let both = try await tenant.run(RunPlacement(labels: ["eu", "gpu"]))
                func taken(by journal: PostgresJournal, _ worker: String) async throws -> Set<RunID> {
                    try await journal.register(worker: worker, at: Stores.at(1))
                    let runs = try await journal.lease(
                        limit: 9, worker: worker, at: Stores.at(1), abandonedBefore: Stores.at(-9))
                    try await journal.release(runs)
                    return Set(runs.map(\.record.id))
                }
                #expect(try await taken(by: stores.journal(), "a") == [plain.id])
                #expect(try await taken(by: stores.journal("gpu"), "b") == [plain.id, gpu.id])
                #expect(try await taken(by: stores.journal("gpu", dedicated: true), "c") == [gpu.id])
                #expect(try await taken(by: stores.journal("gpu", "eu", "x"), "d") == [plain.id, gpu.id, both.id])
            }
        }

        @Test func `a tenant's labels are asked for by all its runs`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                let share = TenantShare(weight: 3, concurrency: 4, labels: ["eu"])
                try await stores.operating.setShare(share, of: tenant.workflow.tenant)
                #expect(try await stores.operating.share(of: tenant.workflow.tenant) == share)
                #expect(try await stores.operating.share(of: Stores.stranger) == TenantShare())
                try await tenant.run(RunPlacement(labels: ["gpu"]))
                #expect(try await stores.lease("w1", at: Stores.at(1)).isEmpty)
                let journal = stores.journal("eu", "gpu")
                try await journal.register(worker: "w1", at: Stores.at(1))
                let leased = try await journal.lease(
                    limit: 1, worker: "w1", at: Stores.at(1), abandonedBefore: Stores.at(-9))
                #expect(leased.count == 1)
            }
        }

        @Test func `what is not due yet is left alone until it is`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                try await tenant.run(at: 60)
                #expect(try await stores.lease("w1", at: Stores.at(1)).isEmpty)
                #expect(try await stores.lease("w1", at: Stores.at(60)).count == 1)
            }
        }
    }
}
