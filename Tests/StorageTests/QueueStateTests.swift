import DatabaseFixture
import PatchbayCore
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct QueueStateTests {
        @Test func `a paused workflow's queued runs wait, and those under way end`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                let other = try await QueuedTenant(stores)
                try await tenant.runs(3)
                let begun = try await stores.lease("w1", limit: 1, at: Stores.at(5))
                #expect(
                    try await stores.operating.pause(
                        tenant.workflow.id, in: tenant.workflow.tenant, holding: false, at: Stores.at(6)))
                let late = try await tenant.run(at: 7)
                try await other.run(at: 8)
                #expect(try await stores.lease("w1", at: Stores.at(9)).map(\.record.workflow) == [other.workflow.id])
                // One that was begun and given up goes on.
                try await stores.journal.release(begun)
                let again = try await stores.lease("w2", at: Stores.at(9))
                #expect(again.map(\.record.id) == begun.map(\.record.id))
                #expect(try await stores.operating.resume(tenant.workflow.id, in: late.tenant, at: Stores.at(10)))
                #expect(try await stores.lease("w2", at: Stores.at(11)).count == 3)
                #expect(try await stores.workflows.workflow(tenant.workflow.id, in: late.tenant)?.status == .active)
                #expect(
                    !(try await stores.operating.pause(
                        tenant.workflow.id, in: Stores.stranger, holding: false, at: Stores.at(6))))
            }
        }

        @Test func `held runs stop where they are, and go on from there`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                try await tenant.runs(2, .group("", limit: 1))
                let begun = try await stores.lease("w1", limit: 1, at: Stores.at(5))
                let workflow = tenant.workflow
                #expect(
                    try await stores.operating.pause(workflow.id, in: workflow.tenant, holding: true, at: Stores.at(6)))
                #expect(try await stores.journal.held(worker: "w1") == begun.map(\.record.id))
                try await stores.journal.release(begun)
                #expect(try await stores.lease("w1", at: Stores.at(9)).isEmpty)
                #expect(try await stores.operating.resume(workflow.id, in: workflow.tenant, at: Stores.at(10)))
                #expect(try await stores.queue.admitWaiting() == 0)
                let again = try await stores.lease("w1", at: Stores.at(11))
                #expect(again.map(\.record.id) == begun.map(\.record.id))
                #expect(try await stores.journal.held(worker: "w1").isEmpty)
                // It can be cancelled while it is held, and then a worker sees to its end.
                _ = try await stores.operating.pause(workflow.id, in: workflow.tenant, holding: true, at: Stores.at(12))
                try await stores.journal.release(again)
                let run = begun[0].record
                #expect(try await stores.runs.requestCancel(run.id, in: run.tenant, at: Stores.at(13)))
                let ending = try await stores.lease("w1", at: Stores.at(14))
                #expect(ending.map(\.record.id) == [run.id])
                #expect(ending[0].isCancelRequested)
            }
        }

        @Test func `a parked run is looked at when its time has come, or when something happens to it`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                let (first, second) = (try await tenant.run(), try await tenant.run())
                let leased = try await stores.lease("w1", at: Stores.at(1))
                for run in leased { #expect(try await stores.journal.park(run, until: Stores.at(100)) == .parked) }
                #expect(try await stores.lease("w1", at: Stores.at(2)).isEmpty)
                #expect(try await stores.queue.promoteDue(at: Stores.at(99), limit: 10) == 0)
                #expect(try await stores.queue.wake(second.id, in: second.tenant, at: Stores.at(3)))
                let woken = try await stores.lease("w1", at: Stores.at(3))
                #expect(woken.map(\.record.id) == [second.id])
                #expect(try await stores.queue.promoteDue(at: Stores.at(100), limit: 10) == 1)
                #expect(try await stores.lease("w1", at: Stores.at(100)).map(\.record.id) == [first.id])
                try await stores.complete(woken[0])
                #expect(!(try await stores.queue.wake(second.id, in: second.tenant, at: Stores.at(3))))
                // Somebody else has it now.
                #expect(try await stores.journal.park(leased[0], until: Stores.at(200)) == .kept)
            }
        }

        @Test func `a run to which something happened meanwhile does not wait`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                let run = try await tenant.run()
                let leased = try await stores.lease("w1", at: Stores.at(1))
                #expect(try await stores.queue.wake(run.id, in: run.tenant, at: Stores.at(2)))
                #expect(try await stores.journal.park(leased[0], until: Stores.at(100)) == .freed)
                let again = try await stores.lease("w1", at: Stores.at(3))
                #expect(again.map(\.record.id) == [run.id])
                #expect(try await stores.journal.park(again[0], until: Stores.at(100)) == .parked)
                #expect(try await stores.lease("w1", at: Stores.at(3)).isEmpty)
            }
        }

        @Test func `a parked run that is cancelled is taken on to be ended`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                let run = try await tenant.run()
                let leased = try await stores.lease("w1", at: Stores.at(1))
                #expect(try await stores.journal.park(leased[0], until: Stores.at(100)) == .parked)
                #expect(try await stores.runs.requestCancel(run.id, in: run.tenant, at: Stores.at(2)))
                #expect(try await tenant.status(run) == .running)
                #expect(try await stores.lease("w2", at: Stores.at(2)).map(\.isCancelRequested) == [true])
            }
        }

        @Test func `a dead worker's runs are freed without anybody's claim`() async throws {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                try await tenant.runs(3)
                let lost = try await stores.lease("w1", at: Stores.at(5))
                #expect(try await stores.queue.freeAbandoned(before: Stores.at(5)) == 0)
                #expect(try await stores.queue.freeAbandoned(before: Stores.at(6)) == 3)
                #expect(try await stores.queue.freeAbandoned(before: Stores.at(6)) == 0)
                await #expect(throws: JournalError.leaseLost(lost[0].record.id)) { try await stores.complete(lost[0]) }
            }
        }

        @Test func `who frees the runs of a slow worker waits for its append, and nothing is appended behind that`()
            async throws
        {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores)
                let run = try await tenant.run()
                let slow = try await stores.lease("slow", at: Stores.at(1))[0]
                // As the writer does it, with the transaction left open.
                let writing = try await PostgresConnection.connect(to: stores.target)
                _ = try await writing.query("begin")
                _ = try await writing.query("select worker from workers where worker = 'slow' for key share")
                async let freed = stores.queue.freeAbandoned(before: Stores.at(10))
                while try await stores.pool.query(
                    "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
                ).isEmpty { await Task.yield() }
                _ = try await writing.query(
                    """
                    insert into run_journal (tenant_id, run_id, seq, at, kind, node, path, attempt, data, epoch)
                    select tenant_id, run_id, 2, at, 'step_started', 'a', '', 1, 'null', $1 from run_journal
                    """, [.int(Int64(slow.epoch))])
                _ = try await writing.query("commit")
                await writing.close()
                #expect(try await freed == 1)
                await #expect(throws: JournalError.leaseLost(run.id)) {
                    try await stores.journal.append(
                        [entry(3, .stepCompleted, "a")], log: [], to: slow, status: .running)
                }
                let next = try await stores.lease("next", at: Stores.at(11))[0]
                #expect(next.entries.map(\.kind) == [.runStarted, .stepStarted])
                await #expect(throws: JournalError.leaseLost(run.id)) { try await stores.complete(slow) }
                try await stores.complete(next)
                #expect(try await tenant.status(run) == .completed)
            }
        }
    }
}
