import DatabaseFixture
import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Synchronization
import Testing

extension StorageSuites {
    @Suite struct ConcurrencyTests {
        @Test func `with a limit of one, fifty runs go one after another, whoever carries them out`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                let count = 50
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for index in 0..<count { group.addTask { try await tenant.run(.group(), at: Int64(index)) } }
                    try await group.waitForAll()
                }
                let counts = Tally()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for worker in 0..<2 {
                        group.addTask {
                            while counts.state.withLock({ $0.ended }) < count {
                                let leased = try await stores.lease("w\(worker)", limit: 5, at: Stores.at(100))
                                for _ in leased {
                                    counts.state.withLock { counts in
                                        counts.running += 1
                                        counts.most = max(counts.most, counts.running)
                                    }
                                }
                                for run in leased {
                                    // Before the store knows: from then on another may begin.
                                    counts.state.withLock { $0.running -= 1 }
                                    try await stores.complete(run)
                                    counts.state.withLock { $0.ended += 1 }
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(counts.state.withLock { $0.most } == 1)
                #expect(counts.state.withLock { $0.ended } == count)
            }
        }

        @Test func `each value of the key has places of its own`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                for key in ["a", "a", "a", "b", ""] { try await tenant.run(.group(key, limit: 2)) }
                #expect(try await stores.lease("w1", at: Stores.at(1)).count == 4)
                #expect(try await stores.queue.admitWaiting() == 0)
            }
        }

        @Test func `a place that is free without a worker's doing is given away at the next look`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                let first = try await tenant.run(.group())
                try await tenant.run(.group(), at: 1)
                #expect(try await stores.runs.requestCancel(first.id, in: first.tenant, at: Stores.at(2)))
                #expect(try await stores.lease("w1", at: Stores.at(9)).isEmpty)
                #expect(try await stores.queue.admitWaiting() == 1)
                #expect(try await stores.queue.admitWaiting() == 0)
                #expect(try await stores.lease("w1", at: Stores.at(9)).count == 1)
            }
        }

        @Test func `a run that finds no place can be dropped`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                let first = try await tenant.run(.group("", limit: 1, .drop))
                let second = try await tenant.run(.group("", limit: 1, .drop), key: "k", at: 1)
                #expect(first.status == .queued)
                #expect(second.status == .cancelled)
                #expect(second.error["code"] == "concurrency_limit")
                #expect(second.finishedAt == Stores.at(1))
                let entries = try await stores.runs.entries(of: second.id, in: second.tenant)
                #expect(entries.map(\.kind) == [.runStarted, .cancelRequested, .runCancelled])
                // The same delivery again is answered with the same run.
                #expect(try await tenant.run(.group("", limit: 1, .drop), key: "k", at: 2).id == second.id)
                try await stores.complete(stores.lease("w1", at: Stores.at(9))[0])
                #expect(try await tenant.run(.group("", limit: 1, .drop), at: 10).status == .queued)
            }
        }

        @Test func `a run can take the place of those before it`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                let first = try await tenant.run(.group("", limit: 1, .replace))
                let leased = try await stores.lease("w1", at: Stores.at(1))
                #expect(leased.map(\.record.id) == [first.id])
                let second = try await tenant.run(.group("", limit: 1, .replace), at: 2)
                #expect(try await stores.journal.cancellations(worker: "w1") == [first.id])
                let third = try await tenant.run(.group("", limit: 1, .replace), key: "k", at: 3)
                #expect(try await tenant.status(second) == .cancelled)
                // A repeated delivery replaces nothing.
                #expect(try await tenant.run(.group("", limit: 1, .replace), key: "k", at: 4).id == third.id)
                #expect(try await stores.lease("w1", at: Stores.at(9)).isEmpty)
                try await stores.complete(leased[0])
                #expect(try await stores.lease("w1", at: Stores.at(9)).map(\.record.id) == [third.id])
            }
        }

        @Test func `a run whose place cannot be told fails before it begins`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                let failed = try await tenant.run(
                    RunPlacement(failure: ["code": "expression", "message": "no"]), key: "k")
                #expect(failed.status == .failed)
                #expect(failed.error["message"] == "no")
                #expect(try await tenant.run(RunPlacement(failure: ["code": "x"]), key: "k").id == failed.id)
                #expect(try await stores.lease("w1", at: Stores.at(9)).isEmpty)
            }
        }

        @Test func `a run keeps its place when its worker dies`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                try await tenant.runs(2, .group())
                let lost = try await stores.lease("w1", at: Stores.at(5))
                let taken = try await stores.lease("w2", at: Stores.at(60))
                #expect(taken.map(\.record.id) == lost.map(\.record.id))
                #expect(try await stores.queue.admitWaiting() == 0)
            }
        }
    }
}

private final class Tally: Sendable {
    let state = Mutex((running: 0, most: 0, ended: 0))
}
