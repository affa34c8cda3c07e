import DatabaseFixture
import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import Testing

@testable import PatchbayStorage

extension StorageSuites {
    @Suite struct TenantStoreTests {
        private func tenant(_ quotas: TenantQuotas = TenantQuotas(), name: String = "acme") -> TenantRecord {
            TenantRecord(id: .new(at: Stores.start), name: name, quotas: quotas, createdAt: Stores.start)
        }

        private func store(_ stores: Stores) -> PostgresTenantStore { PostgresTenantStore(stores.engine) }

        /// As a process that reads limits anew each time.
        private func runs(_ stores: Stores) -> (runs: PostgresRunStore, journal: PostgresJournal) {
            let journal = PostgresJournal(stores.engine, allowanceAge: .zero, log: .quiet)
            return (PostgresRunStore(stores.api, journal: journal), journal)
        }

        private func workflow(
            _ tenant: TenantID, _ stores: Stores, at moment: Timestamp = Stores.start
        ) async throws -> WorkflowRecord {
            let record = WorkflowRecord(
                id: .new(at: moment), tenant: tenant, name: "w", about: "", status: .active, version: 1,
                createdAt: moment, updatedAt: moment)
            try await stores.workflows.create(record, document: ["name": "w"], webhooks: [])
            return record
        }

        private func new(_ workflow: WorkflowRecord, at moment: Timestamp = Stores.start, parent: JSON = .null)
            -> NewRun
        {
            NewRun(
                record: RunRecord(
                    id: .new(at: moment), tenant: workflow.tenant, workflow: workflow.id, workflowName: "w", version: 1,
                    status: .queued, trigger: "manual", createdAt: moment),
                trigger: ["kind": "manual"], parent: parent)
        }

        @Test func `a tenant is created with its limits, listed, renamed and changed`() async throws {
            try await withStores { stores in
                let store = store(stores)
                var tenant = tenant(TenantQuotas(workflows: 3, runsAMonth: 100, concurrency: 2, storageBytes: 1 << 40))
                try await store.create(tenant)
                #expect(try await store.tenant(tenant.id) == tenant)
                let page = try await store.tenants(page: PageRequest(limit: 1))
                #expect(page.items == [tenant])
                let rest = try await store.tenants(page: PageRequest(limit: 5, cursor: page.next))
                #expect(rest.items.map(\.id) == [.initial])
                #expect(rest.next == nil)
                #expect(try await store.rename(tenant.id, to: "Acme Ltd"))
                (tenant.name, tenant.quotas) = ("Acme Ltd", TenantQuotas(storageBytes: 5))
                #expect(try await store.set(tenant.quotas, of: tenant.id))
                #expect(try await store.tenant(tenant.id) == tenant)
                #expect(try await stores.operating.share(of: tenant.id).concurrency == nil)
                let nobody = Stores.stranger
                #expect(try await store.tenant(nobody) == nil)
                #expect(try await !store.rename(nobody, to: "x"))
                #expect(try await !store.set(TenantQuotas(concurrency: 1), of: nobody))
                #expect(try await !store.setSuspended(true, nobody))
            }
        }

        @Test func `the workflow beyond the limit is refused, also of those that come at once`() async throws {
            try await withStores { stores in
                let tenant = tenant(TenantQuotas(workflows: 2))
                try await store(stores).create(tenant)
                let refusals = await withTaskGroup(of: TenantRefusal?.self) { group in
                    for index in 0..<6 {
                        group.addTask {
                            do {
                                _ = try await workflow(tenant.id, stores, at: Stores.at(Int64(index)))
                                return nil
                            } catch {
                                return error as? TenantRefusal
                            }
                        }
                    }
                    var refusals: [TenantRefusal] = []
                    for await case let refusal? in group { refusals.append(refusal) }
                    return refusals
                }
                let expected = TenantRefusal.exhausted(.workflows, used: 2, most: 2)
                #expect(refusals == [expected, expected, expected, expected])
                let there = try await stores.workflows.workflows(in: tenant.id, page: PageRequest()).items
                #expect(there.count == 2)
                #expect(try await stores.workflows.delete(there[0].id, in: tenant.id, expecting: nil, at: Stores.at(9)))
                _ = try await workflow(tenant.id, stores, at: Stores.at(10))
            }
        }

        @Test func `runs beyond the month's limit are refused until the next month, and those of runs are not`()
            async throws
        {
            try await withStores { stores in
                let tenant = tenant(TenantQuotas(runsAMonth: 3))
                try await store(stores).create(tenant)
                let workflow = try await workflow(tenant.id, stores)
                let (runs, journal) = runs(stores)
                for _ in 0..<3 { _ = try await runs.accept(new(workflow)) }
                let refusal = await #expect(throws: TenantRefusal.self) { try await runs.accept(new(workflow)) }
                #expect(refusal == .exhausted(.runs, used: 3, most: 3))
                // What a run starts is part of what has begun.
                _ = try await runs.accept(
                    new(workflow, parent: ["run": .string(RunID.new(at: Stores.start).description)]))
                // Another process knows it from the table.
                await journal.close()
                let (others, other) = self.runs(stores)
                await #expect(throws: TenantRefusal.exhausted(.runs, used: 4, most: 3)) {
                    try await others.accept(new(workflow))
                }
                // 2025-10-09 and the first of November.
                _ = try await others.accept(new(workflow, at: Stores.at(23 * 86_400)))
                #expect(try await store(stores).set(TenantQuotas(runsAMonth: 5), of: tenant.id))
                _ = try await others.accept(new(workflow))
                await other.close()
            }
        }

        @Test func `runs are refused where those that are kept take too much, until old ones are forgotten`()
            async throws
        {
            try await withStores { stores in
                let tenant = tenant(TenantQuotas(storageBytes: 500))
                try await store(stores).create(tenant)
                let workflow = try await workflow(tenant.id, stores)
                let (runs, journal) = runs(stores)
                _ = try await runs.accept(new(workflow))
                _ = try await runs.accept(new(workflow))
                await journal.close()
                let refusal = await #expect(throws: TenantRefusal.self) { try await runs.accept(new(workflow)) }
                guard case .exhausted(.storage, let used, 500) = refusal else {
                    Issue.record("\(String(describing: refusal))")
                    return
                }
                #expect(used >= 500)
                try await PostgresRunHistory(stores.engine).forget(before: Stores.at(30 * 86_400))
                _ = try await runs.accept(new(workflow, at: Stores.at(30 * 86_400)))
                await journal.close()
            }
        }

        @Test func `nothing of a suspended tenant is started or taken on, and all of it goes on afterwards`()
            async throws
        {
            try await withStores { stores in
                let tenant = tenant()
                try await store(stores).create(tenant)
                let workflow = try await workflow(tenant.id, stores)
                let (runs, journal) = runs(stores)
                _ = try await runs.accept(new(workflow))
                #expect(try await store(stores).setSuspended(true, tenant.id))
                #expect(try await store(stores).tenant(tenant.id)?.state == .suspended)
                await #expect(throws: TenantRefusal.notActive(.suspended)) { try await runs.accept(new(workflow)) }
                await #expect(throws: TenantRefusal.notActive(.suspended)) {
                    try await self.workflow(tenant.id, stores, at: Stores.at(1))
                }
                #expect(try await stores.lease("w1").isEmpty)
                #expect(try await store(stores).setSuspended(false, tenant.id))
                #expect(try await stores.lease("w1").count == 1)
                _ = try await runs.accept(new(workflow))
                await journal.close()
            }
        }

        @Test func `what is used is counted by day, by any number of processes, and added up when the day is over`()
            async throws
        {
            try await withStores { stores in
                let workflow = try await stores.workflow()
                for _ in 0..<3 { try await stores.run(of: workflow) }
                let leased = try await stores.lease("w1")
                let first = try #require(leased.first)
                try await stores.journal.append(
                    [
                        entry(2, .stepStarted, "a"), entry(3, .stepFailed, "a"), entry(4, .stepStarted, "a"),
                        entry(5, .stepCompleted, "a"),
                    ], log: [], to: first, status: .running)
                await stores.journal.close()
                let (runs, journal) = runs(stores)
                _ = try await runs.accept(new(workflow))
                _ = try await runs.accept(new(workflow, at: Stores.at(86_400)))
                await journal.close()
                let store = store(stores)
                func usage() async throws -> [TenantUsage] {
                    try await store.usage(of: .initial, from: Stores.start, through: Stores.at(2 * 86_400))
                }
                let before = try await usage()
                #expect(before.map(\.day) == ["2025-10-09", "2025-10-10"])
                #expect(before.map(\.runs) == [4, 1])
                #expect(before.map(\.steps) == [2, 0])
                #expect(before[0].bytes > 1_000)
                func rows() async throws -> Int {
                    try await stores.pool.query("select 1 from tenant_usage where day = '2025-10-09'").count
                }
                #expect(try await rows() == 2)
                try await PostgresRunHistory(stores.engine).prepare(at: Stores.at(3 * 86_400))
                #expect(try await rows() == 1)
                #expect(try await usage() == before)
                #expect(try await store.usage(of: Stores.stranger, from: Stores.start, through: Stores.start) == [])
            }
        }

        @Test func `a run that is refused a place, dropped or repeated counts once, its repetition not`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow()
                let (runs, journal) = runs(stores)
                var grouped = new(workflow)
                grouped.placement = .group()
                _ = try await runs.accept(grouped)
                var keyed = new(workflow)
                keyed.deliveryKey = "k"
                _ = try await runs.accept(keyed)
                keyed.record.id = .new(at: Stores.start)
                _ = try await runs.accept(keyed)
                await journal.close()
                let usage = try await store(stores).usage(of: .initial, from: Stores.start, through: Stores.start)
                #expect(usage.map(\.runs) == [2])
            }
        }

        @Test func `where a tenant's calls may go is kept, and requests cannot change it`() async throws {
            try await withStores { stores in
                let tenant = tenant()
                try await store(stores).create(tenant)
                let egress = PostgresTenantEgressStore(stores.engine)
                #expect(try await egress.egress(of: tenant.id) == EgressRules())
                let rules = EgressRules(hosts: ["api.example.com", "*"], networks: [])
                #expect(try await egress.setEgress(rules, of: tenant.id))
                #expect(try await egress.egress(of: tenant.id) == rules)
                #expect(try await PostgresTenantEgressStore(stores.api).egress(of: tenant.id) == rules)
                #expect(try await egress.egress(of: .initial) == EgressRules())
                #expect(try await !egress.setEgress(rules, of: Stores.stranger))
                await #expect(throws: PostgresError.self) {
                    try await PostgresTenantEgressStore(stores.api).setEgress(EgressRules(), of: tenant.id)
                }
            }
        }

        @Test(arguments: [(0, 0..<31), (30, 0..<31), (31, 31..<59), (-1, -31..<0)])
        func `months are those of the calendar`(day: Int64, month: Range<Int64>) {
            #expect(TenantAllowances.month(of: day) == month)
        }
    }
}
