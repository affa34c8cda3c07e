import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// How long 64 clients at once wait until a run they start is stored, while the worker carries runs out.
enum StartMeasurement {
    private static let clients = 64
    private static let runsPerClient = 100

    @concurrent static func run(in workshop: Workshop) async throws {
        let workflow = try await workshop.chain(5)
        try await workshop.working {
            _ = try await measure(workflow, in: workshop)
            let figures = try await measure(workflow, in: workshop)
            EngineBench.report(
                "start of a run, 64 clients, without HTTP",
                "p50 \(figures.percentile(0.5).text()) ms, p95 \(figures.percentile(0.95).text()) ms",
                budget: "p95 10 ms")
        }
    }

    private static func measure(_ workflow: WorkflowRecord, in workshop: Workshop) async throws -> [Double] {
        try await withThrowingTaskGroup(of: [Double].self) { group in
            for _ in 0..<clients {
                group.addTask {
                    var figures: [Double] = []
                    for _ in 0..<runsPerClient {
                        let began = ContinuousClock.now
                        let run = try await workshop.starter.start(workflow, input: ["n": 1]).record
                        figures.append((ContinuousClock.now - began).milliseconds)
                        try await workshop.journal.end(of: run.id)
                    }
                    return figures
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}
