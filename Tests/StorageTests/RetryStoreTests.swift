import PatchbayCore
import PatchbayJSON
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct RetryStoreTests {
        /// A run that failed, with one step done.
        private func failed(_ tenant: QueuedTenant, at seconds: Int64 = 0) async throws -> RunRecord {
            let run = try await tenant.run(at: seconds)
            let leased = try #require(
                try await tenant.stores.lease("w\(seconds)", at: Stores.at(seconds)).first { $0.record.id == run.id })
            try await tenant.stores.journal.append(
                [
                    entry(2, .stepCompleted, "a", data: ["output": 1]),
                    entry(3, .runFailed, data: ["error": ["code": "timeout", "message": "late", "node": "b"]]),
                ], log: [], to: leased, status: .failed)
            return run
        }

        private func accept(
            _ tenant: QueuedTenant, repeating original: RunRecord, once: Bool = false,
            _ placement: RunPlacement = RunPlacement()
        ) async throws -> RunRecord {
            var record = original
            record.id = .new(at: Stores.at(100))
            record.createdAt = Stores.at(100)
            (record.status, record.error) = (.queued, .null)
            let fork = RunFork(
                original: original.id,
                entries: [entry(2, .stepCompleted, "a", data: ["output": 1, "taken_over": true])], isOnce: once)
            return try await tenant.stores.runs.accept(
                NewRun(record: record, trigger: ["kind": "manual"], placement: placement, fork: fork))
        }

        private func deadLetters(_ tenant: QueuedTenant) async throws -> [RunID] {
            try await tenant.stores.runs.runs(
                in: .initial, matching: RunFilter(isDeadLetter: true), page: PageRequest(limit: 10)
            ).items.map(\.id)
        }

        @Test func `a run that repeats another begins with what it takes over, and the two name each other`()
            async throws
        {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                let original = try await failed(tenant)
                let repeated = try await accept(tenant, repeating: original)
                #expect(repeated.retryOf == original.id)
                #expect(try await stores.runs.run(original.id, in: .initial)?.retriedBy == repeated.id)
                let leased = try #require(try await stores.lease("again", at: Stores.at(101)).first)
                #expect(leased.record.id == repeated.id)
                #expect(leased.entries.map(\.kind) == [.runStarted, .stepCompleted])
                #expect(leased.entries[0].data["retry_of"]?.string == original.id.description)
                #expect(leased.entries[1].data == ["output": 1, "taken_over": true])
                try await stores.journal.append([entry(3, .runCompleted)], log: [], to: leased, status: .completed)
                #expect(try await tenant.status(repeated) == .completed)
            }
        }

        @Test func `failed runs are dead letters until they are repeated or dismissed`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                var runs: [RunRecord] = []
                for index in 0..<3 { runs.append(try await failed(tenant, at: Int64(index))) }
                #expect(try await deadLetters(tenant) == runs.reversed().map(\.id))
                _ = try await accept(tenant, repeating: runs[0])
                let dismissed = try await stores.runs.dismiss(runs.map(\.id), in: .initial, at: Stores.at(9))
                #expect(Set(dismissed) == [runs[1].id, runs[2].id])
                #expect(try await deadLetters(tenant).isEmpty)
                #expect(try await stores.runs.dismiss(runs.map(\.id), in: .initial, at: Stores.at(9)).isEmpty)
                let stranger = try await stores.runs.dismiss(runs.map(\.id), in: Stores.stranger, at: Stores.at(9))
                #expect(stranger.isEmpty)
            }
        }

        @Test func `a failed run that another waited for is no dead letter of its own`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                let parent = try await tenant.run()
                var record = parent
                record.id = .new(at: Stores.at(1))
                let asked: JSON = [
                    "run": .string(parent.id.description), "node": "sub", "path": "", "attempt": 1, "depth": 1,
                    "awaits": true,
                ]
                _ = try await stores.runs.accept(NewRun(record: record, trigger: ["kind": "workflow"], parent: asked))
                for leased in try await stores.lease("w", at: Stores.at(2)) {
                    let failure = entry(2, .runFailed, data: ["error": ["code": "timeout", "message": "late"]])
                    try await stores.journal.append([failure], log: [], to: leased, status: .failed)
                }
                #expect(try await tenant.status(record) == .failed)
                #expect(try await deadLetters(tenant) == [parent.id])
            }
        }

        @Test func `of many who repeat a run once, one succeeds, and nothing of the others is left`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                let original = try await failed(tenant)
                let successes = await withTaskGroup(of: Bool.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            do {
                                _ = try await accept(tenant, repeating: original, once: true)
                                return true
                            } catch {
                                #expect(error as? StoreConflict == .alreadyRetried(original.id))
                                return false
                            }
                        }
                    }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(successes == 1)
                let all = try await stores.runs.runs(in: .initial, matching: .all, page: PageRequest(limit: 50))
                #expect(all.items.count == 2)
                let unretried = try await stores.runs.runs(
                    in: .initial, matching: RunFilter(isUnretried: true), page: PageRequest(limit: 50))
                #expect(unretried.items.map(\.retryOf) == [original.id])
            }
        }

        @Test func `a repetition that its group drops repeats nothing`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                let original = try await failed(tenant)
                try await tenant.run(.group(), at: 50)
                let dropped = try await accept(tenant, repeating: original, .group(limit: 1, .drop))
                #expect(dropped.status == .cancelled)
                #expect(try await deadLetters(tenant) == [original.id])
                let queued = try await accept(tenant, repeating: original, .group(limit: 1))
                #expect(queued.status == .queued)
                #expect(try await deadLetters(tenant).isEmpty)
                #expect(try await stores.runs.entries(of: queued.id, in: .initial).count == 2)
            }
        }
    }
}
