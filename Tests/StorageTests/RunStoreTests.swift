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
                let all = try await stores.runs.runs(in: Stores.tenant, matching: .all, page: .init())
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
                    in: Stores.tenant, matching: RunFilter(workflow: first.id), page: PageRequest(limit: 3))
                #expect(page.items.map(\.id) == [ids[4], ids[3], ids[1]])
                let rest = try await stores.runs.runs(
                    in: Stores.tenant, matching: RunFilter(workflow: first.id),
                    page: PageRequest(limit: 3, cursor: page.next))
                #expect(rest.items.map(\.id) == [ids[0]])
                #expect(rest.next == nil)
                _ = try await stores.lease("w1", limit: 1, at: Stores.at(10))
                let running = try await stores.runs.runs(
                    in: Stores.tenant, matching: RunFilter(statuses: [.running]), page: .init())
                #expect(running.items.map(\.id) == [ids[0]])
                await #expect(throws: InvalidCursor.self) {
                    _ = try await stores.runs.runs(
                        in: Stores.tenant, matching: .all, page: PageRequest(cursor: first.id.description))
                }
            }
        }

        @Test func `runs are found by trigger, time and text`() async throws {
            try await withStores { stores in
                let bill = try await stores.workflow("Send a 100% bill")
                let ping = try await stores.workflow("ping", at: Stores.at(1))
                let ids = [
                    try await stores.run(of: bill, at: Stores.at(0)).id,
                    try await stores.run(of: ping, at: Stores.at(5)).id,
                    try await stores.run(of: ping, at: Stores.at(9)).id,
                ]
                func found(_ filter: RunFilter) async throws -> [RunID] {
                    try await stores.runs.runs(in: Stores.tenant, matching: filter, page: .init()).items.map(\.id)
                }
                #expect(try await found(RunFilter(from: Stores.at(5))) == [ids[2], ids[1]])
                #expect(try await found(RunFilter(from: Stores.at(1), before: Stores.at(9))) == [ids[1]])
                #expect(try await found(RunFilter(text: "0% B")) == [ids[0]])
                #expect(try await found(RunFilter(text: "_")) == [])
                #expect(try await found(RunFilter(trigger: "schedule")) == [])
                let pings = RunFilter(workflow: ping.id, statuses: [.queued, .failed], text: "PING")
                #expect(try await found(pings).count == 2)
                #expect(try await found(RunFilter(statuses: [.failed, .cancelled])) == [])
            }
        }

        @Test func `a run's entries and the changes of all runs are read from where one stopped`() async throws {
            try await withStores { stores in
                let start = try await stores.runs.latestChange(in: Stores.tenant)
                let workflow = try await stores.workflow()
                let first = try await stores.run(of: workflow)
                let second = try await stores.run(of: workflow, at: Stores.at(1))
                #expect(try await stores.runs.requestCancel(second.id, in: Stores.tenant, at: Stores.at(2)))
                let after = try await stores.runs.entries(of: second.id, in: Stores.tenant, after: 1, limit: 1)
                #expect(after.map(\.kind) == [.cancelRequested])
                // A change is told once every transaction of the server that began before it has ended, whoever's it is.
                var changes: [RunChange] = []
                while changes.count < 3 {
                    changes = try await stores.runs.changes(in: Stores.tenant, after: start, limit: 3)
                }
                #expect(changes.map(\.run) == [first.id, second.id, second.id])
                #expect(changes.map(\.kind) == [.runStarted, .runStarted, .cancelRequested])
                var rest: [RunChange] = []
                while rest.isEmpty {
                    rest = try await stores.runs.changes(in: Stores.tenant, after: changes[2].cursor, limit: 3)
                }
                #expect(rest.map(\.status) == [.cancelled])
                let now = try await stores.runs.latestChange(in: Stores.tenant)
                #expect(try await stores.runs.changes(in: Stores.tenant, after: now, limit: 3).isEmpty)
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
