import DatabaseFixture
import PatchbayCore
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    /// A process that is gone is noticed by its session, long before its heartbeat is missed.
    @Suite struct PresenceTests {
        private let presence = ProcessPresence()

        private func queue(_ stores: Stores, patience: Int64 = 0, afterStart: Int64 = 0) -> PostgresRunQueue {
            var rules = PresenceRules()
            (rules.patience, rules.afterStart) = (patience, afterStart)
            return PostgresRunQueue(stores.engine, rules: rules)
        }

        /// Takes a run on, by a worker whose process is told by its presence.
        private func takeOn(_ stores: Stores) async throws -> LeasedRun {
            try await QueuedTenant(stores).runs(1)
            let journal = PostgresJournal(stores.engine, presence: presence, log: .quiet)
            try await journal.register(worker: "w1", at: Stores.start)
            let leased = try await journal.lease(
                limit: 1, worker: "w1", at: Stores.start, abandonedBefore: Stores.at(-9))
            await journal.close()
            return try #require(leased.first)
        }

        /// A process that hears news, until the task is cancelled.
        private func process(_ stores: Stores) async -> Task<Void, Never> {
            let news = PostgresRunNews(stores.engine, presence: presence, log: .quiet)
            let (heard, tell) = AsyncStream.makeStream(of: Void.self)
            let task = Task { await news.hear { _ in tell.yield() } }
            var events = heard.makeAsyncIterator()
            await events.next()
            return task
        }

        @Test func `the runs of a process are free as soon as its session is gone`() async throws {
            try await withStores { stores in
                let process = await process(stores)
                let run = try await takeOn(stores)
                let queue = queue(stores)
                #expect(try await queue.freeAbandoned(before: Stores.at(-9)) == 0)
                process.cancel()
                await process.value
                // The server needs a moment to see that the session has ended.
                while !Task.isCancelled, try await queue.freeAbandoned(before: Stores.at(-9)) == 0 {
                    await Task.yield()
                }
                await #expect(throws: JournalError.leaseLost(run.record.id)) { try await stores.complete(run) }
                #expect(try await stores.lease("w2").map(\.record.id) == [run.record.id])
            }
        }

        @Test func `who connects again in time has lost nothing`() async throws {
            try await withStores { stores in
                let run = try await takeOn(stores)
                let patient = queue(stores, patience: 600_000)
                #expect(try await patient.freeAbandoned(before: Stores.at(-9)) == 0)
                let missing = "select from workers where missing_since is not null"
                #expect(try await stores.pool.query(missing).count == 1)
                let process = await process(stores)
                #expect(try await patient.freeAbandoned(before: Stores.at(-9)) == 0)
                #expect(try await stores.pool.query(missing).isEmpty)
                #expect(try await queue(stores).freeAbandoned(before: Stores.at(-9)) == 0)
                process.cancel()
                await process.value
                try await stores.complete(run)
            }
        }

        @Test func `who was declared dead without reason is told by the heartbeat, unless the session is seen`()
            async throws
        {
            try await withStores { stores in
                let journal = PostgresJournal(stores.engine, presence: presence, log: .quiet)
                let queue = queue(stores)
                func present() async throws -> Bool {
                    try await stores.pool.query("select presence is not null as yes from workers").one().bool("yes")
                }
                try await journal.register(worker: "w1", at: Stores.start)
                #expect(try await present())
                _ = try await queue.freeAbandoned(before: Stores.at(-9))
                #expect(try await !journal.heartbeat(worker: "w1", at: Stores.start))
                try await journal.register(worker: "w1/1", at: Stores.start)
                #expect(try await !present())
                _ = try await queue.freeAbandoned(before: Stores.at(-9))
                #expect(try await journal.heartbeat(worker: "w1/1", at: Stores.start))

                let process = await process(stores)
                _ = try await stores.pool.query("delete from workers")
                try await journal.register(worker: "w1/2", at: Stores.start)
                #expect(try await present())
                process.cancel()
                await process.value
                await journal.close()
            }
        }

        @Test func `after the server's start nobody is missed for a while`() async throws {
            try await withStores { stores in
                let run = try await takeOn(stores)
                #expect(try await queue(stores, afterStart: 600_000_000).freeAbandoned(before: Stores.at(-9)) == 0)
                try await stores.complete(run)
            }
        }

        @Test func `a worker without a presence is told by its heartbeat alone`() async throws {
            try await withStores { stores in
                try await QueuedTenant(stores).runs(1)
                #expect(try await stores.lease("w1").count == 1)
                #expect(try await queue(stores).freeAbandoned(before: Stores.at(-9)) == 0)
                #expect(try await queue(stores).freeAbandoned(before: Stores.at(9)) == 1)
            }
        }

        @Test func `several sessions of a process hold its presence beside each other`() async throws {
            try await withStores { stores in
                let (old, new) = (await process(stores), await process(stores))
                let run = try await takeOn(stores)
                old.cancel()
                await old.value
                #expect(try await queue(stores).freeAbandoned(before: Stores.at(-9)) == 0)
                new.cancel()
                await new.value
                try await stores.complete(run)
            }
        }
    }
}
