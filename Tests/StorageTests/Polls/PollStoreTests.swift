import PatchbayCore
import PatchbayJSON
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct PollStoreTests {
        private static func document(_ input: JSON, version: String = "1.0.0", every: String = "1m") -> JSON {
            let node: JSON = [
                "id": "orders", "type": "poll", "uses": .string("postgresql@\(version)/new_rows"), "credential": "shop",
                "config": ["every": .string(every), "input": input],
            ]
            return ["name": "w", "nodes": [node]]
        }

        private static func only(_ stores: Stores) async throws -> PollRecord? {
            try await PostgresPollStore(stores.api).polls(in: Stores.tenant, of: nil, page: PageRequest()).items.first
        }

        private static func save(_ document: JSON, _ workflow: WorkflowRecord, _ stores: Stores) async throws {
            _ = try await stores.workflows.update(
                workflow.id, in: Stores.tenant, name: "w", about: "", document: document, webhooks: [], expecting: nil,
                at: Stores.at(50))
        }

        @Test func `a trigger goes on behind its cursor through new versions, unless its source is another`()
            async throws
        {
            try await withStores { stores in
                let workflow = try await stores.workflow(document: Self.document(["table": "a"]))
                let due = PostgresDuePolls(stores.engine)
                #expect(try await due.nextDue() == Stores.start)
                let claim = try #require(
                    try await due.claim(at: Stores.at(1), limit: 5, until: Stores.at(30)).first)
                #expect(claim.workflow?.id == workflow.id)
                #expect(claim.record.credential == "shop")
                let progress = PollProgress(
                    cursor: ["after": "7"], seen: ["6", "7"], failures: 0, polledAt: Stores.at(2), items: 2)
                #expect(try await due.store(progress, of: claim, nextAt: Stores.at(60)))
                try await Self.save(Self.document(["table": "a"], version: "1.1.0", every: "5m"), workflow, stores)
                let same = try #require(try await Self.only(stores))
                #expect(same.id == claim.record.id)
                #expect(same.uses == "postgresql@1.1.0/new_rows")
                #expect(same.progress == progress)
                try await Self.save(Self.document(["table": "b"]), workflow, stores)
                let other = try #require(try await Self.only(stores))
                #expect(other.progress.cursor == nil)
                #expect(other.progress.generation == 1)
                _ = try await stores.workflows.delete(workflow.id, in: Stores.tenant, expecting: nil, at: Stores.at(61))
                #expect(try await Self.only(stores) == nil)
            }
        }

        @Test func `one host polls a trigger at a time, and one that was overtaken stores nothing`() async throws {
            try await withStores { stores in
                try await stores.workflow(document: Self.document(["table": "a"]))
                let due = PostgresDuePolls(stores.engine)
                let slow = try #require(try await due.claim(at: Stores.at(1), limit: 5, until: Stores.at(30)).first)
                #expect(try await due.claim(at: Stores.at(29), limit: 5, until: Stores.at(60)).isEmpty)
                let next = try #require(try await due.claim(at: Stores.at(30), limit: 5, until: Stores.at(60)).first)
                #expect(try await due.store(PollProgress(cursor: 1), of: slow, nextAt: Stores.at(90)) == false)
                #expect(try await due.store(PollProgress(cursor: 2), of: next, nextAt: Stores.at(90)))
                #expect(try await Self.only(stores)?.progress.cursor == 2)
            }
        }

        @Test func `a paused workflow's triggers rest, one is polled now, and begins anew`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow(document: Self.document(["table": "a"]))
                let (due, store) = (PostgresDuePolls(stores.engine), PostgresPollStore(stores.api))
                _ = try await stores.operating.pause(workflow.id, in: Stores.tenant, holding: false, at: Stores.at(1))
                #expect(try await due.nextDue() == nil)
                _ = try await stores.operating.resume(workflow.id, in: Stores.tenant, at: Stores.at(2))
                let claim = try #require(try await due.claim(at: Stores.at(2), limit: 1, until: Stores.at(9)).first)
                let failed = PollProgress(
                    cursor: 5, failures: 3, error: ["code": "unavailable", "message": "It is down."])
                #expect(try await due.store(failed, of: claim, nextAt: Stores.at(900)))
                #expect(
                    try await store.hurry(claim.record.id, in: Stores.tenant, at: Stores.at(10))?.nextAt
                        == Stores.at(10))
                #expect(try await store.hurry(claim.record.id, in: Stores.stranger, at: Stores.at(10)) == nil)
                let reset = try await store.reset(claim.record.id, in: Stores.tenant, cursor: nil, at: Stores.at(11))
                #expect(reset?.progress == PollProgress(generation: 1))
                let placed = try await store.reset(claim.record.id, in: Stores.tenant, cursor: 3, at: Stores.at(12))
                #expect(placed?.progress.cursor == 3)
            }
        }
    }
}
