import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayPostgres

/// Durable steps a second of runs with five actions that do nothing, each round between two of pgbench: the disk's speed
/// changes from one second to the next.
enum ThroughputMeasurement {
    private static let rounds = 5
    private static let runsPerRound = 8_000
    private static let steps = 5
    /// Runs that are open at a time.
    private static let clients = 256

    @concurrent static func run(in workshop: Workshop) async throws {
        let workflow = try await workshop.chain(steps)
        let yardstick = try await Yardstick(in: workshop)
        defer { yardstick.remove() }
        var figures: [(engine: Double, pgbench: Double)] = []
        try await workshop.working {
            _ = try await start(runsPerRound / 4, of: workflow, in: workshop)
            var before = try yardstick.measure(seconds: 2)
            for round in 1...rounds {
                let rate = try await start(runsPerRound, of: workflow, in: workshop) * Double(steps)
                let after = try yardstick.measure(seconds: 2)
                let pgbench = (before + after) / 2
                before = after
                figures.append((rate, pgbench))
                EngineBench.report(
                    "durable steps/s, 5-step runs, beside pgbench, round \(round)",
                    "\(rate.text(0)) and \(pgbench.text(0)), ratio \((rate / pgbench).text())", budget: "ratio 1.0")
            }
        }
        try await check(runsPerRound / 4 + rounds * runsPerRound, in: workshop)
        let ratios = figures.map { $0.engine / $0.pgbench }.sorted()
        EngineBench.report(
            "  the median",
            figures.map { $0.engine }.percentile(0.5).text(0)
                + " and " + figures.map { $0.pgbench }.percentile(0.5).text(0), budget: "ratio 1.0")
        EngineBench.report(
            "  ratio", "\(ratios[rounds / 2].text()) (\(ratios[0].text()) to \(ratios[rounds - 1].text()))",
            budget: "1.0")
    }

    /// Runs per second, from the first start to the last end on disk.
    private static func start(_ count: Int, of workflow: WorkflowRecord, in workshop: Workshop) async throws -> Double {
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<clients {
                let share = count / clients + (client < count % clients ? 1 : 0)
                group.addTask {
                    for _ in 0..<share {
                        let run = try await workshop.starter.start(workflow, input: ["n": 1]).record
                        try await workshop.journal.end(of: run.id)
                    }
                }
            }
            try await group.waitForAll()
        }
        return Double(count) / ((ContinuousClock.now - began).milliseconds / 1e3)
    }

    /// Everything that was measured is on disk.
    private static func check(_ count: Int, in workshop: Workshop) async throws {
        let row = try await workshop.pool.query(
            """
            select (select count(*) from runs where status = 'completed') as runs,
                (select count(*) from run_journal where kind = 'step_completed' and node <> 'start') as steps,
                (select count(*) from run_queue) as queued
            """
        ).one()
        let found = try (row.int("runs"), row.int("steps"), row.int("queued"))
        guard found == (Int64(count), Int64(count * steps), 0) else {
            throw BenchError("of \(count) runs with \(steps) steps each, runs, steps and queued on disk are \(found)")
        }
    }
}
