import PatchbayCore
import PatchbayJSON
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct RunStoreTests {
        @Test func `an accepted run is queued with its first entry`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow()
                let trigger = try JSON(
                    parsing: #"{"kind":"webhook","body":{"b":1,"a":"\u0000","n":9223372036854775807}}"#)
                let run = try await stores.run(of: workflow, trigger: trigger)
                #expect(run.status == .queued)
                let stored = try await stores.runs.run(run.id, in: Stores.tenant)
                #expect(stored == run)
                let entries = try await stores.runs.entries(of: run.id, in: Stores.tenant)
                #expect(entries.map(\.kind) == [.runStarted])
                #expect(entries[0].sequence == 1)
                #expect(entries[0].at == Stores.start)
                #expect(entries[0].data["trigger"]?.text == trigger.text)
                #expect(try await stores.runs.entries(of: run.id, in: Stores.stranger).isEmpty)
            }
        }

        @Test func `a delivery that is repeated at the same time makes one run`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow()
                let ids = try await withThrowingTaskGroup(of: RunID.self) { group in
                    for _ in 0..<12 { group.addTask { try await stores.run(of: workflow, key: "delivery-1").id } }
                    return try await group.reduce(into: Set()) { $0.insert($1) }
                }
                #expect(ids.count == 1)
                let leased = try await stores.lease("w1")
                #expect(leased.count == 1)
                #expect(leased[0].entries.count == 1)
                let all = try await stores.runs.runs(in: Stores.tenant, workflow: nil, status: nil, page: .init())
                #expect(all.items.count == 1)
            }
        }

        @Test func `the same delivery key counts anew for another workflow, and none is no key`() async throws {
            try await withStores { stores in
                let first = try await stores.workflow("a")
                let second = try await stores.workflow("b", at: Stores.at(1))
                let ids = [
                    try await stores.run(of: first, key: "k").id, try await stores.run(of: second, key: "k").id,
                    try await stores.run(of: first).id, try await stores.run(of: first).id,
                ]
                #expect(Set(ids).count == 4)
            }
        }

        @Test func `runs are listed by workflow and status, newest first`() async throws {
            try await withStores { stores in
                let first = try await stores.workflow("a")
                let second = try await stores.workflow("b", at: Stores.at(1))
                var ids: [RunID] = []
                for index in 0..<5 {
                    ids.append(
                        try await stores.run(of: index == 2 ? second : first, at: Stores.at(Int64(index))).id)
                }
                let page = try await stores.runs.runs(
                    in: Stores.tenant, workflow: first.id, status: nil, page: PageRequest(limit: 3))
                #expect(page.items.map(\.id) == [ids[4], ids[3], ids[1]])
                let rest = try await stores.runs.runs(
                    in: Stores.tenant, workflow: first.id, status: nil, page: PageRequest(limit: 3, cursor: page.next))
                #expect(rest.items.map(\.id) == [ids[0]])
                #expect(rest.next == nil)
                _ = try await stores.lease("w1", limit: 1, at: Stores.at(10))
                let running = try await stores.runs.runs(
                    in: Stores.tenant, workflow: nil, status: .running, page: .init())
                #expect(running.items.map(\.id) == [ids[0]])
                await #expect(throws: InvalidCursor.self) {
                    _ = try await stores.runs.runs(
                        in: Stores.tenant, workflow: nil, status: nil, page: PageRequest(cursor: first.id.description))
                }
            }
        }

        @Test func `cancelling a run that nobody has ends it`() async throws {
            try await withStores { stores in
                let run = try await stores.run(of: stores.workflow())
                #expect(try await stores.runs.requestCancel(run.id, in: Stores.tenant, at: Stores.at(9)))
                let stored = try #require(try await stores.runs.run(run.id, in: Stores.tenant))
                #expect(stored.status == .cancelled)
                #expect(stored.finishedAt == Stores.at(9))
                let entries = try await stores.runs.entries(of: run.id, in: Stores.tenant)
                #expect(entries.map(\.kind) == [.runStarted, .cancelRequested, .runCancelled])
                #expect(entries.map(\.sequence) == [1, 2, 3])
                #expect(try await stores.lease("w1").isEmpty)
                #expect(try await stores.runs.requestCancel(run.id, in: Stores.tenant, at: Stores.at(9)) == false)
            }
        }

        @Test func `cancelling a run at work tells its worker`() async throws {
            try await withStores { stores in
                let run = try await stores.run(of: stores.workflow())
                _ = try await stores.lease("w1")
                #expect(try await stores.journal.cancellations(worker: "w1").isEmpty)
                #expect(try await stores.runs.requestCancel(run.id, in: Stores.tenant, at: Stores.at(1)))
                #expect(try await stores.runs.requestCancel(run.id, in: Stores.tenant, at: Stores.at(2)))
                #expect(try await stores.journal.cancellations(worker: "w1") == [run.id])
                #expect(try await stores.journal.cancellations(worker: "w2").isEmpty)
            }
        }

        @Test func `nobody cancels what is not there or another tenant's`() async throws {
            try await withStores { stores in
                let run = try await stores.run(of: stores.workflow())
                #expect(
                    try await stores.runs.requestCancel(.new(at: Stores.start), in: Stores.tenant, at: Stores.start)
                        == false)
                #expect(try await stores.runs.requestCancel(run.id, in: Stores.stranger, at: Stores.start) == false)
            }
        }
    }
}
