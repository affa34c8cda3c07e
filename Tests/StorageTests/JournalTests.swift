import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct JournalTests {
        @Test func `a lease brings the record, the document and the entries`() async throws {
            try await withStores { stores in
                let document = try JSON(parsing: #"{"name":"w","nodes":[{"id":"b"},{"id":"a"}]}"#)
                let workflow = try await stores.workflow("w", document: document)
                let run = try await stores.run(of: workflow)
                let leased = try await stores.lease("w1", at: Stores.at(3))
                #expect(leased.count == 1)
                #expect(leased[0].epoch == 1)
                #expect(leased[0].document.text == document.text)
                #expect(leased[0].entries.map(\.kind) == [.runStarted])
                #expect(leased[0].record.id == run.id)
                #expect(leased[0].record.status == .running)
                #expect(leased[0].record.startedAt == Stores.at(3))
            }
        }

        @Test(arguments: 0..<10)
        func `workers that lease at once get different runs, oldest first`(round: Int) async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow()
                var ids: [RunID] = []
                for index in 0..<20 { ids.append(try await stores.run(of: workflow, at: Stores.at(Int64(index))).id) }
                let oldest = try await stores.lease("w0", limit: 2, at: Stores.at(30))
                #expect(Set(oldest.map(\.record.id)) == Set(ids.prefix(2)))
                let leased = try await withThrowingTaskGroup(of: [LeasedRun].self) { group in
                    for worker in 1...6 {
                        group.addTask { try await stores.lease("w\(worker)", limit: 4, at: Stores.at(30)) }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                let rest = try await stores.lease("w7", limit: 50, at: Stores.at(30))
                let all = leased + rest
                #expect(all.count == 18)
                #expect(Set(all.map(\.record.id)) == Set(ids.dropFirst(2)))
                #expect(all.allSatisfy { $0.epoch == 1 })
            }
        }

        @Test func `a silent worker's runs go to another one, and its appends are refused`() async throws {
            try await withStores { stores in
                let run = try await stores.run(of: stores.workflow())
                let lost = try await stores.lease("w1")[0]
                #expect(try await stores.lease("w2", at: Stores.at(10)).isEmpty)
                let taken = try await stores.lease("w2", at: Stores.at(60))
                #expect(taken.map(\.epoch) == [2])
                await #expect(throws: JournalError.leaseLost(run.id)) {
                    try await stores.journal.append([entry(2, .stepStarted, "a")], log: [], to: lost, status: .running)
                }
                try await stores.journal.append([entry(2, .stepStarted, "b")], log: [], to: taken[0], status: .running)
                let entries = try await stores.runs.entries(of: run.id, in: Stores.tenant)
                #expect(entries.map(\.node) == ["", "b"])
            }
        }

        @Test func `a worker does not take its own runs again, however late its heartbeat`() async throws {
            try await withStores { stores in
                try await stores.run(of: stores.workflow())
                _ = try await stores.lease("w1")
                let again = try await stores.journal.lease(
                    limit: 10, worker: "w1", at: Stores.at(100), abandonedBefore: Stores.at(90))
                #expect(again.isEmpty)
            }
        }

        @Test func `a released run is free at once, under a new epoch`() async throws {
            try await withStores { stores in
                let run = try await stores.run(of: stores.workflow())
                let first = try await stores.lease("w1")
                try await stores.journal.release(first)
                let second = try await stores.lease("w2")
                #expect(second.map(\.record.id) == [run.id])
                // A late second release of the first holder takes nothing away.
                try await stores.journal.release(first)
                #expect(try await stores.lease("w3").isEmpty)
                try await stores.journal.release([])
            }
        }

        @Test func `runs whose lease was never answered are given up by leaving them out`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow()
                for _ in 0..<3 { try await stores.run(of: workflow) }
                let mine = try await stores.lease("w1")
                #expect(mine.count == 3)
                try await stores.journal.release(worker: "w1", except: [mine[0].record.id])
                let taken = try await stores.lease("w2")
                #expect(Set(taken.map(\.record.id)) == Set(mine.dropFirst().map(\.record.id)))
                try await stores.journal.release(worker: "w1", except: [])
                #expect(try await stores.lease("w3").map(\.record.id) == [mine[0].record.id])
            }
        }

        @Test func `a run that ends keeps its outcome and leaves the queue`() async throws {
            try await withStores { stores in
                let run = try await stores.run(of: stores.workflow())
                let leased = try await stores.lease("w1")[0]
                let error: JSON = ["code": "upstream", "message": "no", "node": "tell"]
                try await stores.journal.append(
                    [entry(2, .stepFailed, "tell"), entry(3, .runFailed, data: ["error": error])], log: [], to: leased,
                    status: .failed)
                let record = try #require(try await stores.runs.run(run.id, in: Stores.tenant))
                #expect(record.status == .failed)
                #expect(record.error == error)
                #expect(record.finishedAt == Stores.at(3))
                #expect(try await stores.pool.query("select * from run_queue").isEmpty)
            }
        }

        @Test func `an entry under a number that another lease has written is refused, alone`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow()
                for index in 0..<8 { try await stores.run(of: workflow, at: Stores.at(Int64(index))) }
                let leased = try await stores.lease("w1", at: Stores.at(9))
                var other = leased[3]
                other.epoch = 2
                try await stores.journal.append([entry(2, .stepStarted, "b")], log: [], to: other, status: .running)
                let refused = await withTaskGroup(of: RunID?.self) { group in
                    for run in leased {
                        group.addTask {
                            do {
                                try await stores.journal.append(
                                    [entry(2, .stepStarted, "a")], log: [], to: run, status: .running)
                                return nil
                            } catch JournalError.leaseLost(let id) {
                                return id
                            } catch {
                                Issue.record(error)
                                return nil
                            }
                        }
                    }
                    return await group.reduce(into: [RunID]()) { if let id = $1 { $0.append(id) } }
                }
                #expect(refused == [other.record.id])
            }
        }

        @Test func `a worker that was declared dead cannot come back under its name`() async throws {
            try await withStores { stores in
                try await stores.run(of: stores.workflow())
                _ = try await stores.lease("w1")
                #expect(try await stores.journal.heartbeat(worker: "w1", at: Stores.at(1)))
                _ = try await stores.lease("w2", at: Stores.at(60))
                #expect(try await stores.journal.heartbeat(worker: "w1", at: Stores.at(61)) == false)
                await #expect(throws: JournalError.unknownWorker) {
                    _ = try await stores.journal.lease(
                        limit: 1, worker: "w1", at: Stores.at(61), abandonedBefore: Stores.at(46))
                }
            }
        }

        @Test func `a takeover waits for an append that is being written, and then sees it`() async throws {
            try await withStores { stores in
                let run = try await stores.run(of: stores.workflow())
                let leased = try await stores.lease("w1")[0]
                // As the writer does it, with the transaction left open.
                let slow = try await PostgresConnection.connect(to: stores.target)
                _ = try await slow.query("begin")
                _ = try await slow.query("select worker from workers where worker = 'w1' for key share")
                _ = try await slow.query(
                    """
                    insert into run_journal (tenant_id, run_id, seq, at, kind, node, path, attempt, data, epoch)
                    select tenant_id, run_id, 2, at, 'step_started', 'a', '', 1, 'null', $1 from run_journal
                    """, [.int(Int64(leased.epoch))])
                async let taken = stores.lease("w2", at: Stores.at(60))
                // Heartbeats are not held up.
                #expect(try await stores.journal.heartbeat(worker: "w1", at: Stores.at(2)))
                while try await stores.pool.query(
                    "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
                ).isEmpty { await Task.yield() }
                _ = try await slow.query("commit")
                let entries = try await taken.first?.entries
                #expect(entries?.map(\.kind) == [.runStarted, .stepStarted])
                await #expect(throws: JournalError.leaseLost(run.id)) {
                    try await stores.journal.append(
                        [entry(3, .stepCompleted, "a")], log: [], to: leased, status: .running)
                }
                await slow.close()
            }
        }

        @Test func `a cut connection loses nothing that is waiting to be written`() async throws {
            try await withStores { stores in
                let run = try await stores.run(of: stores.workflow())
                let leased = try await stores.lease("w1")[0]
                for sequence in 2...12 {
                    _ = try await stores.pool.query(
                        """
                        select pg_terminate_backend(pid) from pg_stat_activity
                        where pid <> pg_backend_pid() and datname = current_database() and query like '%run_journal%'
                        """)
                    try await stores.journal.append(
                        [entry(sequence, .stepCompleted, "n\(sequence)")], log: [], to: leased, status: .running)
                }
                let entries = try await stores.runs.entries(of: run.id, in: Stores.tenant)
                #expect(entries.map(\.sequence) == Array(1...12))
            }
        }

        @Test func `an append whose acknowledgement was lost may be repeated`() async throws {
            try await withStores { stores in
                let run = try await stores.run(of: stores.workflow())
                let leased = try await stores.lease("w1")[0]
                let line = StepLogLine(
                    node: "a", attempt: 1, line: LogLine(at: Stores.start, level: .info, message: "once"))
                for _ in 0..<2 {
                    try await stores.journal.append(
                        [entry(2, .stepStarted, "a")], log: [line], to: leased, status: .running)
                }
                for _ in 0..<2 {
                    try await stores.journal.append([entry(3, .runCompleted)], log: [], to: leased, status: .completed)
                }
                #expect(try await stores.runs.entries(of: run.id, in: Stores.tenant).count == 3)
                #expect(try await stores.runs.log(of: run.id, in: Stores.tenant, page: .init()).items.count == 1)
            }
        }

        @Test func `log lines are kept in order and paged, zero characters replaced`() async throws {
            try await withStores { stores in
                let run = try await stores.run(of: stores.workflow())
                let leased = try await stores.lease("w1")[0]
                let lines = (0..<5).map { index in
                    StepLogLine(
                        node: "a", attempt: 1,
                        line: LogLine(
                            at: Stores.at(Int64(index)), level: .warning, message: "line \(index)\0",
                            fields: ["n": .int(Int64(index))]))
                }
                try await stores.journal.append([], log: lines, to: leased, status: .running)
                let first = try await stores.runs.log(of: run.id, in: Stores.tenant, page: PageRequest(limit: 3))
                #expect(first.items.map(\.line.message) == (0..<3).map { "line \($0)\u{FFFD}" })
                #expect(first.items[0].line.fields == ["n": 0])
                let second = try await stores.runs.log(
                    of: run.id, in: Stores.tenant, page: PageRequest(limit: 3, cursor: first.next))
                #expect(second.items.map(\.line.at) == [Stores.at(3), Stores.at(4)])
                #expect(second.next == nil)
                await #expect(throws: InvalidCursor.self) {
                    _ = try await stores.runs.log(of: run.id, in: Stores.tenant, page: PageRequest(cursor: "x"))
                }
            }
        }

        @Test func `appends of many runs at once are all stored, and a stale one fails alone`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow()
                for index in 0..<40 { try await stores.run(of: workflow, at: Stores.at(Int64(index))) }
                let leased = try await stores.lease("w1", limit: 100, at: Stores.at(50))
                #expect(leased.count == 40)
                var stale = leased[7]
                stale.worker = "w0"
                let outcomes = await withTaskGroup(of: (Int, Bool).self) { group in
                    for (index, run) in leased.enumerated() {
                        let run = index == 7 ? stale : run
                        group.addTask {
                            for sequence in 2...6 {
                                let isLast = sequence == 6
                                do {
                                    try await stores.journal.append(
                                        [
                                            entry(
                                                sequence, isLast ? .runCompleted : .stepCompleted,
                                                isLast ? "" : "n\(sequence)")
                                        ],
                                        log: [], to: run, status: isLast ? .completed : .running)
                                } catch {
                                    return (index, false)
                                }
                            }
                            return (index, true)
                        }
                    }
                    return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                }
                #expect(outcomes.filter { !$0.value }.map(\.key) == [7])
                for (index, run) in leased.enumerated() {
                    let entries = try await stores.runs.entries(of: run.record.id, in: Stores.tenant)
                    #expect(entries.map(\.sequence) == (index == 7 ? [1] : Array(1...6)))
                }
                let queued = try await stores.pool.query("select count(*) as n from run_queue").one().int("n")
                #expect(queued == 1)
            }
        }

        @Test func `one append that the server refuses does not take the others with it`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow()
                for index in 0..<10 { try await stores.run(of: workflow, at: Stores.at(Int64(index))) }
                let leased = try await stores.lease("w1", limit: 100, at: Stores.at(50))
                let failures = await withTaskGroup(of: Int.self) { group in
                    for (index, run) in leased.enumerated() {
                        group.addTask {
                            // The column holds numbers of 32 bits.
                            var one = entry(2, .stepStarted, "a")
                            if index == 4 { one.attempt = 1 << 31 }
                            do {
                                try await stores.journal.append([one], log: [], to: run, status: .running)
                                return 0
                            } catch JournalError.refused(run.record.id, let reason) {
                                return reason.contains("invalid-value") ? 1 : 100
                            } catch {
                                return 100
                            }
                        }
                    }
                    return await group.reduce(0, +)
                }
                #expect(failures == 1)
                let stored = try await stores.pool.query("select count(*) as n from run_journal where seq = 2").one()
                    .int("n")
                #expect(stored == 9)
            }
        }

        @Test func `a deeply nested output comes back`() async throws {
            try await withStores { stores in
                let run = try await stores.run(of: stores.workflow())
                let leased = try await stores.lease("w1")[0]
                var deep: JSON = 1
                for _ in 0..<511 { deep = [deep] }
                try await stores.journal.append(
                    [entry(2, .stepCompleted, "a", data: ["output": ["inner": deep]])], log: [], to: leased,
                    status: .running)
                let entries = try await stores.runs.entries(of: run.id, in: Stores.tenant)
                #expect(entries[1].data["output"]?["inner"] == deep)
            }
        }
    }
}
