import PatchbayCore
import PatchbayJSON
import PatchbayStorage
import Synchronization
import Testing

extension StorageSuites {
    @Suite struct ScheduleStoreTests {
        private static func document(_ configs: KeyValuePairs<String, JSON>) -> JSON {
            let nodes = configs.map { ["id": .string($0.key), "type": "schedule", "config": $0.value] as JSON }
            return ["name": "w", "nodes": .array(nodes)]
        }

        private static func all(_ stores: Stores) async throws -> [ScheduleRecord] {
            try await PostgresScheduleStore(stores.api).schedules(
                in: Stores.tenant, of: nil, page: PageRequest()
            ).items.sorted { ($0.node ?? "") < ($1.node ?? "") }
        }

        @Test func `schedules follow the newest version of their workflow`() async throws {
            try await withStores { stores in
                let first = Self.document(["a": ["every": "1h"], "b": ["cron": "@daily"]])
                let workflow = try await stores.workflow(document: first)
                let made = try await Self.all(stores)
                #expect(made.map(\.node) == ["a", "b"])
                #expect(made.allSatisfy { $0.isDeclared && $0.nextAt == Stores.start })
                let second = Self.document(["b": ["cron": "@daily"], "c": ["every": "2h"]])
                _ = try await stores.workflows.update(
                    workflow.id, in: Stores.tenant, name: "w", about: "", document: second, webhooks: [],
                    expecting: nil, at: Stores.at(5))
                let changed = try await Self.all(stores)
                #expect(changed.map(\.node) == ["b", "c"])
                #expect(changed[0].id == made[1].id)
                #expect(changed[0].after == Stores.start)
                #expect(changed[1].after == Stores.at(5))
                #expect(
                    try await stores.workflows.delete(workflow.id, in: Stores.tenant, expecting: nil, at: Stores.at(6)))
                #expect(try await Self.all(stores).isEmpty)
            }
        }

        @Test func `a paused workflow's schedules rest, and begin anew when it goes on`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow(document: Self.document(["a": ["every": "1h"]]))
                let store = PostgresScheduleStore(stores.api)
                #expect(
                    try await stores.operating.pause(workflow.id, in: Stores.tenant, holding: false, at: Stores.at(1)))
                #expect(try await PostgresDueSchedules(stores.engine).nextDue() == nil)
                #expect(try await stores.operating.resume(workflow.id, in: Stores.tenant, at: Stores.at(9)))
                let resumed = try #require(try await Self.all(stores).first)
                #expect(resumed.after == Stores.at(9))
                #expect(resumed.nextAt == Stores.at(9))
                let paused = try await store.setPaused(true, resumed.id, in: Stores.tenant, at: Stores.at(10))
                #expect(paused?.isPaused == true)
                #expect(paused?.nextAt == nil)
                #expect(try await store.setPaused(false, resumed.id, in: Stores.stranger, at: Stores.at(11)) == nil)
                let free = try await store.setPaused(false, resumed.id, in: Stores.tenant, at: Stores.at(12))
                #expect(free?.nextAt == Stores.at(12))
            }
        }

        @Test func `what somebody made beside the document is changed and deleted there only`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow(document: Self.document(["a": ["every": "1h"]]))
                let store = PostgresScheduleStore(stores.api)
                let record = ScheduleRecord(
                    id: .new(at: Stores.at(1)), tenant: Stores.tenant, workflow: workflow.id, name: "own",
                    spec: ["every": "3h"], after: Stores.at(1), nextAt: Stores.at(1), createdAt: Stores.at(1),
                    updatedAt: Stores.at(1))
                try await store.create(record)
                #expect(try await store.schedule(record.id, in: Stores.tenant) == record)
                #expect(try await store.schedule(record.id, in: Stores.stranger) == nil)
                let changed = try await store.change(
                    record.id, in: Stores.tenant, name: "other", node: "a", spec: ["every": "4h"], at: Stores.at(2))
                #expect(changed?.name == "other")
                #expect(changed?.after == Stores.at(2))
                let declared = try #require(try await Self.all(stores).first { $0.isDeclared })
                #expect(try await store.delete(declared.id, in: Stores.tenant) == false)
                #expect(try await store.delete(record.id, in: Stores.tenant))
            }
        }

        @Test func `a schedule that is due is dealt with by one host at a time, and what came of it is stored`()
            async throws
        {
            try await withStores { stores in
                let workflow = try await stores.workflow(document: Self.document(["a": ["every": "1h"]]))
                let due = PostgresDueSchedules(stores.engine)
                #expect(try await due.nextDue() == Stores.start)
                let run = try await stores.run(of: workflow)
                let count = try await due.deal(at: Stores.at(1), limit: 10) { taken in
                    #expect(taken.map(\.workflow?.id) == [workflow.id])
                    #expect(taken.map(\.isRunning) == [false])
                    // Another one finds nothing.
                    let others = try await due.deal(at: Stores.at(1), limit: 10) { _ in [] }
                    #expect(others == 0)
                    var advance = ScheduleAdvance(of: taken[0].record)
                    (advance.after, advance.nextTime, advance.nextAt) = (Stores.at(1), Stores.at(3), Stores.at(4))
                    advance.lastRun = run.id
                    advance.firings = [
                        ScheduleFiring(
                            schedule: taken[0].record.id, time: Stores.at(1), at: Stores.at(2), outcome: .started,
                            run: run.id)
                    ]
                    return [advance]
                }
                #expect(count == 1)
                let record = try #require(try await Self.all(stores).first)
                #expect(record.nextTime == Stores.at(3))
                #expect(try await due.nextDue() == Stores.at(4))
                let store = PostgresScheduleStore(stores.api)
                let firings = try await store.firings(of: record.id, in: Stores.tenant, page: PageRequest())
                #expect(firings.items.map(\.run) == [run.id])
                _ = try await due.deal(at: Stores.at(4), limit: 10) { taken in
                    #expect(taken.map(\.isRunning) == [true])
                    return taken.map { ScheduleAdvance(of: $0.record) }
                }
                #expect(try await due.forget(before: Stores.at(3)) == 1)
            }
        }

        @Test func `what fails while it is dealt with leaves everything as it was`() async throws {
            struct Death: Error {}
            try await withStores { stores in
                try await stores.workflow(document: Self.document(["a": ["every": "1h"]]))
                let due = PostgresDueSchedules(stores.engine)
                await #expect(throws: Death.self) {
                    _ = try await due.deal(at: Stores.at(1), limit: 10) { _ in throw Death() }
                }
                #expect(try await due.nextDue() == Stores.start)
            }
        }

        @Test func `a history is told page by page, and known times are not told twice`() async throws {
            try await withStores { stores in
                try await stores.workflow(document: Self.document(["a": ["every": "1h"]]))
                let record = try #require(try await Self.all(stores).first)
                let store = PostgresScheduleStore(stores.api)
                for second in [1, 2, 3, 3] as [Int64] {
                    try await store.note(
                        ScheduleFiring(
                            schedule: record.id, time: Stores.at(second), at: Stores.at(9), outcome: .missed, times: 4),
                        in: Stores.tenant)
                }
                let first = try await store.firings(of: record.id, in: Stores.tenant, page: PageRequest(limit: 2))
                #expect(first.items.map(\.time) == [Stores.at(3), Stores.at(2)])
                let rest = try await store.firings(
                    of: record.id, in: Stores.tenant, page: PageRequest(limit: 2, cursor: first.next))
                #expect(rest.items.map(\.time) == [Stores.at(1)])
                #expect(rest.next == nil)
            }
        }
    }
}
