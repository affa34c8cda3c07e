import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct RunHistoryTests {
        private static let week: Int64 = 7 * 86_400

        /// Where entries stand, without the table's common name.
        private func places(in stores: Stores) async throws -> [String] {
            try await stores.pool.query(
                "select tableoid::regclass::text as name from run_journal order by run_id, seq"
            ).map { String(try $0.text("name").dropFirst("run_journal_".count)) }
        }

        private func parts(in stores: Stores) async throws -> [String] {
            try await stores.pool.query(
                """
                select inhrelid::regclass::text as name from pg_inherits where inhparent = 'run_journal'::regclass
                order by 1
                """
            ).map { String(try $0.text("name").dropFirst("run_journal_".count)) }
        }

        @Test func `each week's runs have a part of their own, made ahead, and later than the first of them`()
            async throws
        {
            try await withStores { stores in
                let workflow = try await stores.workflow()
                let history = PostgresRunHistory(stores.engine)
                let early = try await stores.run(of: workflow)
                try await stores.run(of: workflow, at: Stores.at(-5 * Self.week))
                #expect(try await places(in: stores) == ["rest", "rest"])
                // 2025-10-09 is a Thursday.
                try await history.prepare(at: Stores.start)
                try await history.prepare(at: Stores.start)
                #expect(
                    try await parts(in: stores) == ["20251006", "20251013", "20251020", "20251027", "20251103", "rest"])
                try await stores.run(of: workflow, at: Stores.at(Self.week))
                try await stores.run(of: workflow, at: Stores.at(10 * Self.week))
                #expect(try await places(in: stores) == ["rest", "20251006", "20251013", "rest"])
                let leased = try await stores.lease("w1", at: Stores.at(11 * Self.week))
                #expect(leased.allSatisfy { $0.entries.map(\.kind) == [.runStarted] })
                for run in leased { try await stores.complete(run) }
                #expect(try await stores.runs.entries(of: early.id, in: Stores.tenant).count == 2)
            }
        }

        @Test func `processes that prepare at once do not disturb each other or who writes`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow()
                try await withThrowingTaskGroup { group in
                    for _ in 0..<4 {
                        group.addTask { try await PostgresRunHistory(stores.engine).prepare(at: Stores.start) }
                    }
                    for _ in 0..<40 { group.addTask { try await stores.run(of: workflow) } }
                    try await group.waitForAll()
                }
                #expect(try await parts(in: stores).count == 6)
                #expect(try await Set(places(in: stores)) == ["20251006"])
            }
        }

        @Test func `who reads a run while its part is made finds its entries in one place or the other`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow()
                let history = PostgresRunHistory(stores.pool)
                for round in 1...12 as ClosedRange<Int64> {
                    let moment = Stores.at(-6 * round * Self.week)
                    let run = try await stores.run(of: workflow, at: moment)
                    try await withThrowingTaskGroup { group in
                        group.addTask { try await history.prepare(at: moment) }
                        for _ in 0..<6 {
                            group.addTask {
                                for _ in 0..<12 {
                                    let entries = try await stores.runs.entries(of: run.id, in: Stores.tenant)
                                    #expect(entries.map(\.kind) == [.runStarted])
                                }
                            }
                        }
                        try await group.waitForAll()
                    }
                }
            }
        }

        @Test func `what ended long ago is forgotten with all that belongs to it`() async throws {
            try await withStores { stores in
                let history = PostgresRunHistory(stores.engine)
                let workflow = try await stores.workflow()
                try await history.prepare(at: Stores.at(-8 * Self.week))
                let large = JSON.string(String(repeating: "x", count: 100_000))
                let line = StepLogLine(
                    node: "a", attempt: 1, line: LogLine(at: Stores.start, level: .info, message: "m"))
                // In a part, before all parts, and one that is kept.
                let weeks: [Int64] = [-8, -20, 0]
                for (index, week) in weeks.enumerated() {
                    let run = try await stores.run(
                        of: workflow, trigger: ["body": index == 1 ? .string("\(large)") : large],
                        at: Stores.at(week * Self.week))
                    let leased = try await stores.lease("w1", at: Stores.at(1))[0]
                    #expect(leased.record.id == run.id)
                    try await stores.journal.append(
                        [entry(2, .runCompleted)], log: [line], to: leased, status: .completed)
                }
                #expect(try await history.forget(before: Stores.at(-9 * Self.week)) == 1)
                #expect(try await history.forget(before: Stores.at(-4 * Self.week)) == 1)
                #expect(try await history.forget(before: Stores.at(-4 * Self.week)) == 0)
                let counts = try await stores.pool.query(
                    """
                    select (select count(*) from runs) as runs, (select count(*) from run_journal) as entries,
                        (select count(*) from run_log) as lines, (select count(*) from blobs) as blobs
                    """
                ).one()
                #expect(try counts.int("runs") == 1)
                #expect(try counts.int("entries") == 2)
                #expect(try counts.int("lines") == 1)
                #expect(try counts.int("blobs") == 1)
                // The week of the limit itself is kept as a whole, and those behind it.
                #expect(try await parts(in: stores) == ["20250908", "rest"])
                let kept = try await stores.runs.runs(in: Stores.tenant, matching: .all, page: .init()).items[0]
                #expect(
                    try await stores.runs.entries(of: kept.id, in: Stores.tenant)[0].data["trigger"]?["body"] == large)
            }
        }

        @Test func `a run that goes on is kept with its part and its values, however old`() async throws {
            try await withStores { stores in
                let history = PostgresRunHistory(stores.engine)
                let workflow = try await stores.workflow()
                try await history.prepare(at: Stores.start)
                let large = JSON.string(String(repeating: "x", count: 100_000))
                let run = try await stores.run(of: workflow, trigger: ["body": large])
                try await stores.run(of: workflow, at: Stores.at(1))
                let leased = try await stores.lease("w1", at: Stores.at(2))
                try await stores.complete(leased[1])
                #expect(try await history.forget(before: Stores.at(20 * Self.week)) == 1)
                #expect(try await parts(in: stores) == ["20251006", "rest"])
                #expect(
                    try await stores.runs.entries(of: run.id, in: Stores.tenant)[0].data["trigger"]?["body"] == large)
                try await stores.complete(leased[0])
                #expect(try await history.forget(before: Stores.at(20 * Self.week)) == 1)
                #expect(try await parts(in: stores) == ["rest"])
                #expect(try await stores.pool.query("select count(*) as n from blobs").one().int("n") == 0)
            }
        }
    }
}
