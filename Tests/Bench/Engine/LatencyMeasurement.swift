import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// One run at a time on a host that does nothing else, from its start until its end is on disk.
enum LatencyMeasurement {
    private static let runs = 400

    @concurrent static func run(in workshop: Workshop) async throws {
        let yardstick = try await Yardstick(in: workshop)
        defer { yardstick.remove() }
        let (short, long) = try await (workshop.chain(5), workshop.chain(40))
        try await workshop.working {
            _ = try await measure(short, 100, in: workshop)
            let commit = 1_000 / (try yardstick.measure(seconds: 2, clients: 1))
            EngineBench.report("one insert by pgbench, one client", "\(commit.text()) ms", budget: "none")
            let five = try await measure(short, runs, in: workshop)
            EngineBench.report(
                "one 5-step run, idle host",
                "p50 \(five.percentile(0.5).text()) ms, p95 \(five.percentile(0.95).text()) ms",
                budget: "p50 3 ms, p95 6 ms")
            let forty = try await measure(long, runs / 10, in: workshop)
            EngineBench.report(
                "one 40-step run, a step", "p50 \((forty.percentile(0.5) / 40).text()) ms", budget: "2 ms")
        }
    }

    private static func measure(
        _ workflow: WorkflowRecord, _ count: Int, in workshop: Workshop
    ) async throws -> [Double] {
        var figures: [Double] = []
        for _ in 0..<count {
            let began = ContinuousClock.now
            let run = try await workshop.starter.start(workflow, input: ["n": 1]).record
            try await workshop.journal.end(of: run.id)
            figures.append((ContinuousClock.now - began).milliseconds)
        }
        return figures
    }
}
