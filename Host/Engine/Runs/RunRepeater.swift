package import PatchbayCore
import PatchbayJSON

/// Repeats runs that have ended: each time as a new run, which takes over what need not be done again.
package struct RunRepeater: Sendable {
    private let workflows: any WorkflowStore
    private let runs: any RunStore
    private let planner: Planner
    private let starter: RunStarter
    private let clock: any TimeSource

    package init(
        workflows: any WorkflowStore, runs: any RunStore, planner: Planner, starter: RunStarter,
        clock: any TimeSource
    ) {
        self.workflows = workflows
        self.runs = runs
        self.planner = planner
        self.starter = starter
        self.clock = clock
    }

    /// Stores the new run and answers it. With a key that was used before for the same run, answers the run of that time.
    /// Throws `RepeatRefusal`.
    package func start(
        _ run: RunRecord, as order: RepeatOrder = RepeatOrder(), key: String? = nil
    ) async throws -> RunRecord {
        guard run.status.isTerminal else { throw RepeatRefusal.notEnded }
        guard let workflow = try await workflows.workflow(run.workflow, in: run.tenant) else {
            throw RepeatRefusal.workflowDeleted
        }
        guard workflow.status == .active else { throw RepeatRefusal.workflowPaused }
        let number =
            switch order.version {
            case .same: run.version
            case .newest: workflow.version
            case .number(let number): number
            }
        guard let version = try await workflows.version(number, of: run.workflow, in: run.tenant) else {
            throw RepeatRefusal.unknownVersion(number)
        }
        let journal = try await runs.entries(of: run.id, in: run.tenant)
        guard let trigger = journal.first?.data["trigger"] else { throw RepeatRefusal.expired }
        let fork = RunFork(
            original: run.id, entries: try takenOver(journal, of: run, on: version, order), isOnce: order.isOnce)
        do {
            return try await starter.start(
                workflow, version: number, trigger: Self.trigger(trigger, with: order.input), kind: run.trigger,
                deliveryKey: key.map { "retry:\(run.id):\($0)" }, fork: fork
            ).record
        } catch StoreConflict.alreadyRetried {
            throw RepeatRefusal.alreadyRetried
        }
    }

    private func takenOver(
        _ journal: [JournalEntry], of run: RunRecord, on version: WorkflowVersion, _ order: RepeatOrder
    ) throws(RepeatRefusal) -> [JournalEntry] {
        let point = order.from ?? (run.status == .completed ? .start : .failed)
        guard point != .start else { return [] }
        let planning = planner.plan(version.document)
        guard let plan = planning.plan else {
            throw .unusableVersion(version.version, problems: planning.problems.map(\.message))
        }
        do throws(ForkError) {
            return try Fork.entries(of: journal, on: plan, from: point, at: clock.now)
        } catch {
            switch error {
            case .unknownStep(let node, let path): throw .unknownStep(node: node, path: path)
            // One that failed between its steps, because its time was over for instance, begins anew.
            case .nothingFailed where order.from == nil: return []
            case .nothingFailed: throw .nothingFailed
            }
        }
    }

    private static func trigger(_ trigger: JSON, with input: JSON?) -> JSON {
        guard let input, var object = trigger.object else { return trigger }
        object["body"] = input
        return .object(object)
    }
}
