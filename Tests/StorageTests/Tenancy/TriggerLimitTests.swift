import PatchbayCore
import PatchbayJSON
import PatchbayStorage
import Testing

extension StorageSuites {
    /// How many schedules and polling triggers a tenant may have.
    @Suite struct TriggerLimitTests {
        private static let tenant = TenantID(high: 7, low: 7)

        private static func document(schedules: Int, polls: Int = 0) -> JSON {
            let schedules = (0..<schedules).map {
                ["id": .string("s\($0)"), "type": "schedule", "config": ["every": "1h"]] as JSON
            }
            let polls = (0..<polls).map {
                [
                    "id": .string("p\($0)"), "type": "poll", "uses": "rss@1.0.0/new_entries",
                    "config": ["every": "1m", "input": ["url": "https://example.com"]],
                ] as JSON
            }
            return ["name": "w", "nodes": .array(schedules + polls)]
        }

        private static func withTenant(most: Int?, _ body: (Stores) async throws -> Void) async throws {
            try await withStores { stores in
                try await PostgresTenantStore(stores.engine).create(
                    TenantRecord(
                        id: tenant, name: "acme", quotas: TenantQuotas(triggers: most), createdAt: Stores.start))
                try await body(stores)
            }
        }

        private static func create(_ document: JSON, _ stores: Stores, at second: Int64) async throws -> WorkflowID {
            let moment = Stores.at(second)
            let record = WorkflowRecord(
                id: .new(at: moment), tenant: tenant, name: "w", about: "", status: .active, version: 1,
                createdAt: moment, updatedAt: moment)
            try await stores.workflows.create(record, document: document, webhooks: [])
            return record.id
        }

        private static func update(_ id: WorkflowID, _ document: JSON, _ stores: Stores) async throws {
            _ = try await stores.workflows.update(
                id, in: tenant, name: "w", about: "", document: document, webhooks: [], expecting: nil,
                at: Stores.at(50))
        }

        @Test func `schedules and polling triggers beyond the limit are refused, with all that was to be saved`()
            async throws
        {
            try await Self.withTenant(most: 4) { stores in
                let first = try await Self.create(Self.document(schedules: 1, polls: 2), stores, at: 1)
                let expected = TenantRefusal.exhausted(.triggers, used: 3, most: 4)
                await #expect(throws: expected) {
                    _ = try await Self.create(Self.document(schedules: 2), stores, at: 2)
                }
                #expect(
                    try await stores.workflows.workflows(in: Self.tenant, page: PageRequest()).items.map(\.id) == [
                        first
                    ])
                await #expect(throws: expected) {
                    try await Self.update(first, Self.document(schedules: 3, polls: 2), stores)
                }
                #expect(try await stores.workflows.workflow(first, in: Self.tenant)?.version == 1)
                try await Self.update(first, Self.document(schedules: 2, polls: 2), stores)
                let schedule = ScheduleRecord(
                    id: .new(at: Stores.at(60)), tenant: Self.tenant, workflow: first, node: nil, name: "own",
                    spec: ["every": "1h"], after: Stores.at(60), createdAt: Stores.at(60), updatedAt: Stores.at(60))
                let schedules = PostgresScheduleStore(stores.api)
                await #expect(throws: TenantRefusal.exhausted(.triggers, used: 4, most: 4)) {
                    try await schedules.create(schedule)
                }
                try await Self.update(first, Self.document(schedules: 1, polls: 2), stores)
                try await schedules.create(schedule)
            }
        }

        @Test func `a limit that is lowered takes nothing away, and lets people change what they have`() async throws {
            try await Self.withTenant(most: nil) { stores in
                let first = try await Self.create(Self.document(schedules: 3), stores, at: 1)
                #expect(
                    try await PostgresTenantStore(stores.engine).set(TenantQuotas(triggers: 1), of: Self.tenant))
                #expect(try await PostgresTenantStore(stores.engine).tenant(Self.tenant)?.quotas.triggers == 1)
                try await Self.update(first, Self.document(schedules: 2, polls: 1), stores)
                await #expect(throws: TenantRefusal.exhausted(.triggers, used: 3, most: 1)) {
                    try await Self.update(first, Self.document(schedules: 2, polls: 2), stores)
                }
                // What has none is not asked after.
                _ = try await Self.create(Self.document(schedules: 0), stores, at: 2)
            }
        }

        @Test func `of those who save at once, only so many do as may`() async throws {
            try await Self.withTenant(most: 3) { stores in
                let saved = await withTaskGroup(of: Bool.self) { group in
                    for index in 0..<8 {
                        group.addTask {
                            let made = try? await Self.create(Self.document(schedules: 1), stores, at: Int64(index))
                            return made != nil
                        }
                    }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(saved == 3)
            }
        }
    }
}
