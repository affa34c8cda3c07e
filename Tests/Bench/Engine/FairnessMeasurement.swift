import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Synchronization

/// What a tenant notices of another that starts a hundred times as many runs as it does, and more than there is room for.
///
/// Every run calls one action that takes 50 ms, as a service that answers quickly does. A worker with 32 places can carry
/// out 640 of them a second; the one tenant starts 10 a second, the other 10 and then 1,000.
enum FairnessMeasurement {
    private static let places = 32
    private static let call = Duration.milliseconds(50)
    private static let rate = 10
    private static let flood = 100
    private static let seconds = 12

    @concurrent static func run(in workshop: Workshop) async throws {
        let quiet = try await tenant(2, in: workshop)
        let loud = try await tenant(3, in: workshop)
        var options = WorkerOptions()
        options.runs = places
        let worker = Worker(
            id: "bench-fairness", journal: workshop.journal, invoker: SlowOperation(time: call),
            planner: Planner(catalogue: NoCatalogue()), signals: workshop.signals, options: options,
            logger: Workshop.silent)
        let task = Task { await worker.run() }
        defer { task.cancel() }
        _ = try await measure(quiet, for: 2, beside: loud, in: workshop)
        let calm = try await measure(quiet, for: seconds, beside: loud, in: workshop)
        let flooded = try await measure(quiet, for: seconds, beside: loud, times: flood, in: workshop)
        let waiting = try await workshop.pool.query("select count(*) as runs from run_queue").one().int("runs")
        let (before, after) = (calm.percentile(0.95), flooded.percentile(0.95))
        EngineBench.report(
            "a run beside a tenant with as many runs",
            "p50 \(calm.percentile(0.5).text(1)) ms, p95 \(before.text(1)) ms", budget: "none")
        EngineBench.report(
            "  beside one with \(flood) times as many, \(waiting) of them waiting",
            "p50 \(flooded.percentile(0.5).text(1)) ms, p95 \(after.text(1)) ms", budget: "none")
        EngineBench.report("  ratio of p95", (after / before).text(), budget: "below 1.5")
    }

    private static func tenant(_ number: UInt64, in workshop: Workshop) async throws -> WorkflowRecord {
        let tenant = TenantID(high: TenantID.initial.high, low: TenantID.initial.low + number)
        _ = try await workshop.pool.query(
            "insert into tenants values ($1, $2, now())",
            [.uuid(high: tenant.high, low: tenant.low), .text("tenant \(number)")])
        let now = workshop.clock.now
        let record = WorkflowRecord(
            id: .new(at: now), tenant: tenant, name: "call", about: "", status: .active, version: 1, createdAt: now,
            updatedAt: now)
        let document: JSON = [
            "name": "call",
            "nodes": [
                ["id": "start", "type": "manual"],
                ["id": "call", "type": "action", "uses": "noop@1.0.0/do_nothing", "input": ["n": 1]],
            ],
            "edges": [["source": "start", "target": "call"]],
        ]
        try await workshop.workflows.create(record, document: document, webhooks: [])
        return record
    }

    /// Milliseconds from the start of each of the quiet tenant's runs until its end is on disk.
    private static func measure(
        _ quiet: WorkflowRecord, for seconds: Int, beside loud: WorkflowRecord, times factor: Int = 1,
        in workshop: Workshop
    ) async throws -> [Double] {
        let figures = Figures()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await start(rate * factor, for: seconds) {
                    _ = try await workshop.starter.start(loud, input: ["n": 1])
                }
            }
            group.addTask {
                try await start(rate, for: seconds) {
                    let began = ContinuousClock.now
                    let run = try await workshop.starter.start(quiet, input: ["n": 1]).record
                    try await workshop.journal.end(of: run.id)
                    let figure = (ContinuousClock.now - began).milliseconds
                    figures.kept.withLock { $0.append(figure) }
                }
            }
            try await group.waitForAll()
        }
        return figures.kept.withLock { $0 }
    }

    private final class Figures: Sendable {
        let kept = Mutex<[Double]>([])
    }

    /// So many starts a second, whether those before have ended or not.
    private static func start(
        _ rate: Int, for seconds: Int, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<(rate * seconds) {
                try await Task.sleep(until: began + .seconds(1) * index / rate)
                group.addTask { try await body() }
            }
            try await group.waitForAll()
        }
    }
}

/// An action that takes its time, and costs nothing meanwhile.
private struct SlowOperation: OperationInvoker {
    let time: Duration

    func invoke(_ call: OperationCall) async throws -> OperationResult {
        try await Task.sleep(for: time)
        return OperationResult(output: call.input)
    }
}
