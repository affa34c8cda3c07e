import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    /// Runs that are stored under a lease already.
    @Suite struct HandOverTests {
        @Test func `a run is stored in a living worker's hands, with what comes first`() async throws {
            try await withStores { stores in
                try await stores.journal.register(worker: "w1", at: Stores.start)
                let tenant = try await QueuedTenant(stores)
                let record = try await tenant.handOver(to: "w1")
                #expect(record.status == .running)
                #expect(record.startedAt == record.createdAt)
                let entries = try await stores.runs.entries(of: record.id, in: record.tenant)
                #expect(entries.map(\.kind) == [.runStarted, .stepStarted])
                #expect(try await stores.lease("w2").isEmpty)
                let run = LeasedRun(
                    record: record, worker: "w1", epoch: FirstLease.epoch, document: .null, entries: entries)
                try await stores.complete(run)
                #expect(try await tenant.status(record) == .completed)
            }
        }

        @Test(arguments: [nil, "k"])
        func `a run for a worker that was declared dead waits for another`(key: String?) async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                let record = try await tenant.handOver(to: "dead", key: key)
                #expect(record.status == .queued)
                let entries = try await stores.runs.entries(of: record.id, in: record.tenant)
                #expect(entries.map(\.kind) == [.runStarted])
                #expect(try await stores.lease("w1").map(\.record.id) == [record.id])
            }
        }

        @Test func `a key that was used before is answered with the run of that time, whoever has it`() async throws {
            try await withStores { stores in
                try await stores.journal.register(worker: "w1", at: Stores.start)
                let tenant = try await QueuedTenant(stores)
                let first = try await tenant.handOver(to: "w1", key: "k")
                let second = try await tenant.handOver(to: "w1", key: "k")
                #expect(second.id == first.id)
                let counts = try await stores.pool.query(
                    "select (select count(*) from runs) + (select count(*) from run_queue) as n")
                #expect(try counts.one().int("n") == 2)
            }
        }

        @Test func `a tenant's limit, its labels and a pause are not passed by`() async throws {
            try await withStores { stores in
                try await stores.journal.register(worker: "w1", at: Stores.start)
                let (limited, labelled) = (try await QueuedTenant(stores, 1), try await QueuedTenant(stores, 2))
                let paused = try await QueuedTenant(stores, 3)
                try await stores.operating.setShare(TenantShare(concurrency: 1), of: limited.workflow.tenant)
                try await stores.operating.setShare(TenantShare(labels: ["gpu"]), of: labelled.workflow.tenant)
                _ = try await stores.operating.pause(
                    paused.workflow.id, in: paused.workflow.tenant, holding: false, at: Stores.start)
                for tenant in [limited, labelled, paused] {
                    for key in [nil, "k"] { #expect(try await tenant.handOver(to: "w1", key: key).status == .queued) }
                }
                #expect(try await stores.lease("w1").map(\.record.tenant) == [limited.workflow.tenant])
            }
        }

        @Test func `many runs at once are each stored as they may be`() async throws {
            try await withStores { stores in
                try await stores.journal.register(worker: "w1", at: Stores.start)
                let tenant = try await QueuedTenant(stores)
                let records = try await withThrowingTaskGroup(of: RunRecord.self) { group in
                    for index in 0..<60 {
                        group.addTask {
                            try await tenant.handOver(
                                to: index % 3 == 0 ? "dead" : "w1", key: index % 2 == 0 ? "k\(index / 4)" : nil)
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                for record in records {
                    let entries = try await stores.runs.entries(of: record.id, in: record.tenant)
                    #expect(entries.count == (record.status == .running ? 2 : 1))
                }
                // Thirty without a key, and one for each of fifteen keys.
                let queued = try await stores.pool.query("select count(*) as n from run_queue").one().int("n")
                #expect(queued == 45)
                #expect(Set(records.map(\.id)).count == 45)
            }
        }
    }
}

extension QueuedTenant {
    /// Stores a run for a worker that has decided on a first step.
    fileprivate func handOver(to worker: String, key: String? = nil) async throws -> RunRecord {
        let record = RunRecord(
            id: .new(at: Stores.start), tenant: workflow.tenant, workflow: workflow.id, workflowName: "w", version: 1,
            status: .queued, trigger: "manual", createdAt: Stores.start)
        return try await stores.runs.accept(
            NewRun(
                record: record, trigger: ["kind": "manual"], deliveryKey: key,
                lease: FirstLease(worker: worker, entries: [entry(2, .stepStarted, "a")])))
    }
}
