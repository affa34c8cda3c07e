import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    /// What runs are told, and what becomes of it.
    @Suite struct RunMessageTests {
        private let event = RunMessage(kind: .event, id: "e1", data: ["name": "paid", "payload": [1, 2]])

        private func parent(_ run: LeasedRun, awaits: Bool = true) -> JSON {
            [
                "run": .string(run.record.id.description), "node": "sub", "path": "each/0", "attempt": 2, "depth": 1,
                "awaits": .bool(awaits),
            ]
        }

        private func child(
            of run: LeasedRun, _ workflow: WorkflowRecord, _ stores: Stores, awaits: Bool = true
        ) async throws -> RunRecord {
            let record = RunRecord(
                id: .new(at: Stores.at(5)), tenant: Stores.tenant, workflow: workflow.id, workflowName: workflow.name,
                version: 1, status: .queued, trigger: "workflow", createdAt: Stores.at(5))
            return try await stores.runs.accept(
                NewRun(
                    record: record, trigger: ["kind": "workflow"], deliveryKey: "child:1",
                    parent: parent(run, awaits: awaits)))
        }

        @Test func `a message is kept once, wakes the run, and is there when it is taken on`() async throws {
            try await withStores { stores in
                let messages = PostgresRunMessages(stores.engine)
                let run = try await stores.run(of: stores.workflow())
                var leased = try await stores.lease("w1")[0]
                #expect(leased.messages == [])
                #expect(try await stores.journal.park(leased, until: Stores.at(99_000)) == .parked)
                for _ in 0..<2 {
                    #expect(try await messages.send(event, to: run.id, in: Stores.tenant, at: Stores.at(1)))
                }
                leased = try await #require(stores.lease("w1", at: Stores.at(2)).first)
                #expect(leased.messages == [event])
                #expect(try await messages.addressees(worker: "w1") == [run.id])
                #expect(try await messages.messages(for: run.id, in: Stores.tenant) == [event])
                #expect(try await messages.messages(for: run.id, in: Stores.stranger) == [])
                try await messages.forget([event], of: run.id, in: Stores.tenant)
                #expect(try await messages.addressees(worker: "w1") == [])
                #expect(try await stores.journal.park(leased, until: Stores.at(99_000)) == .parked)
            }
        }

        @Test func `a run that was told something while it was in hand is not parked`() async throws {
            try await withStores { stores in
                let run = try await stores.run(of: stores.workflow())
                let leased = try await stores.lease("w1")[0]
                let messages = PostgresRunMessages(stores.engine)
                #expect(try await messages.send(event, to: run.id, in: Stores.tenant, at: Stores.at(1)))
                #expect(try await stores.journal.park(leased, until: Stores.at(99_000)) == .freed)
            }
        }

        @Test func `nothing is kept for a run that has ended, or that there is not`() async throws {
            try await withStores { stores in
                let messages = PostgresRunMessages(stores.engine)
                let run = try await stores.run(of: stores.workflow())
                try await stores.complete(stores.lease("w1")[0])
                #expect(try await !messages.send(event, to: run.id, in: Stores.tenant, at: Stores.at(1)))
                #expect(
                    try await !messages.send(event, to: .new(at: Stores.start), in: Stores.tenant, at: Stores.start))
                let other = try await stores.run(of: stores.workflow("other"))
                #expect(try await !messages.send(event, to: other.id, in: Stores.stranger, at: Stores.start))
                #expect(try await messages.messages(for: run.id, in: Stores.tenant) == [])
            }
        }

        @Test func `the end of a child is told to its parent in the same transaction`() async throws {
            try await withStores { stores in
                let messages = PostgresRunMessages(stores.engine)
                let workflow = try await stores.workflow()
                try await stores.run(of: workflow)
                let run = try await stores.lease("w1")[0]
                let child = try await child(of: run, workflow, stores)
                #expect(try await self.child(of: run, workflow, stores).id == child.id)
                let leased = try await #require(stores.lease("w1", at: Stores.at(6)).first)
                #expect(leased.entries[0].data["parent"] == parent(run))
                #expect(try await stores.journal.park(run, until: Stores.at(99_000)) == .parked)
                try await stores.complete(leased)
                let step: JSON = ["node": "sub", "path": "each/0", "attempt": 2]
                let woken = try await #require(stores.lease("w2", at: Stores.at(7)).first)
                #expect(woken.messages == [RunMessage(kind: .child, id: child.id.uuid, data: step)])
                #expect(try await messages.addressees(worker: "w2") == [run.record.id])
                let end = try await stores.runs.last(
                    of: [.runCompleted, .runFailed, .runCancelled], in: child.id, tenant: Stores.tenant)
                #expect(end?.kind == .runCompleted)
            }
        }

        @Test func `also that of one that nobody had begun`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow()
                try await stores.run(of: workflow)
                let run = try await stores.lease("w1")[0]
                let child = try await child(of: run, workflow, stores)
                #expect(try await stores.runs.requestCancel(child.id, in: Stores.tenant, at: Stores.at(6)))
                let messages = try await PostgresRunMessages(stores.engine)
                    .messages(for: run.record.id, in: Stores.tenant)
                #expect(messages.map(\.id) == [child.id.uuid])
            }
        }

        @Test func `nobody is told of a child that is not waited for, or whose parent has ended`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow()
                try await stores.run(of: workflow)
                let run = try await stores.lease("w1")[0]
                _ = try await child(of: run, workflow, stores, awaits: false)
                try await stores.complete(#require(stores.lease("w1", at: Stores.at(6)).first))
                let messages = PostgresRunMessages(stores.engine)
                #expect(try await messages.messages(for: run.record.id, in: Stores.tenant) == [])
                try await stores.run(of: workflow, at: Stores.at(7))
                let second = try await #require(stores.lease("w1", at: Stores.at(8)).first)
                let orphan = RunRecord(
                    id: .new(at: Stores.at(9)), tenant: Stores.tenant, workflow: workflow.id, workflowName: "w",
                    version: 1, status: .queued, trigger: "workflow", createdAt: Stores.at(9))
                _ = try await stores.runs.accept(NewRun(record: orphan, trigger: [:], parent: parent(second)))
                try await stores.complete(second)
                try await stores.complete(#require(stores.lease("w1", at: Stores.at(10)).first))
                #expect(try await messages.messages(for: second.record.id, in: Stores.tenant) == [])
            }
        }
    }
}
