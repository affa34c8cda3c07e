import Logging
import PatchbayCore
import PatchbayJSON
import Synchronization

@testable import PatchbayEngine

/// A worker with all it needs, and time in the test's hand.
struct Workshop {
    let clock = ManualClock()
    let store = MemoryStore()
    let signals: RunSignals
    let invoker: ScriptedInvoker
    let plans: PlanCache
    let planned: Counter
    var options = Workshop.unhurried
    var relations: RunRelations?
    var workflows: MemoryWorkflows?

    /// Far enough apart that tests can tell polls, heartbeats and deaths from each other.
    static let unhurried: WorkerOptions = {
        var options = WorkerOptions()
        options.heartbeatInterval = 5_000
        options.abandonment = 15_000
        return options
    }()

    init(
        _ graph: Graph?, of workflows: MemoryWorkflows? = nil,
        _ script: @escaping ScriptedInvoker.Script = { OperationResult(output: .string("did \($0.node)")) }
    ) {
        signals = RunSignals(clock: clock)
        invoker = ScriptedInvoker(script)
        let plan = graph?.plan
        let planned = Counter()
        self.planned = planned
        plans = PlanCache(limit: 8) { document in
            planned.count()
            let plan = workflows?.plan(of: document) ?? plan
            let problem = Problem(
                code: "unknown-connector", node: "a", pointer: "/nodes/1/uses", message: "No test connector.")
            return Planning(plan: plan, document: document, problems: plan == nil ? [problem] : [])
        }
    }

    /// With these workflows, which may start each other.
    init(
        all workflows: MemoryWorkflows,
        _ script: @escaping ScriptedInvoker.Script = { OperationResult(output: .string("did \($0.node)")) }
    ) {
        self.init(nil, of: workflows, script)
        self.workflows = workflows
        relations = RunRelations(
            runs: store, workflows: workflows, messages: store,
            starter: RunStarter(runs: store, signals: signals, clock: clock), signals: signals, clock: clock)
    }

    func start(_ input: JSON = ["n": 1], version: Int = 1, wakes: Bool = true) async -> RunID {
        let record = RunRecord(
            id: .new(at: clock.now), tenant: .initial, workflow: RunRecord.fixture().workflow, workflowName: "test",
            version: version, status: .queued, trigger: "manual", createdAt: clock.now)
        _ = try? await store.accept(NewRun(record: record, trigger: ["kind": "manual", "body": input]))
        if wakes { signals.wake() }
        return record.id
    }

    func worker(_ id: String = "w1") -> Worker {
        Worker(
            id: id, plans: plans, signals: signals, environment: [:],
            surroundings: Execution.Surroundings(
                journal: store, invoker: invoker, clock: clock, options: options,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                onStored: { [signals] in signals.changed($0) }, relations: relations))
    }

    /// Works while `body` goes on, then stops, and returns when the worker has.
    func working(_ id: String = "w1", while body: () async throws -> Void) async rethrows {
        let worker = worker(id)
        let task = Task { await worker.run() }
        do {
            try await body()
        } catch {
            task.cancel()
            throw error
        }
        task.cancel()
        await task.value
    }
}

final class Counter: Sendable {
    private let number = Mutex(0)

    @discardableResult
    func count() -> Int {
        number.withLock { number in
            number += 1
            return number
        }
    }

    var value: Int { number.withLock { $0 } }
}
