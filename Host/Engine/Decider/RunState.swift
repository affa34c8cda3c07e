package import PatchbayCore
import PatchbayJSON

/// A run: the fold of its journal, and what follows from it.
///
/// Pure: no I/O, no clock, no chance. The same entries always give the same state, and a late or repeated one changes
/// nothing. `decide` says what to do, `ended` and `cancelled` turn what has happened into entries; whoever acts on them
/// stores entries before anything else.
package struct RunState: Sendable {
    package let record: RunRecord
    package let plan: Plan
    /// What `env` holds in expressions.
    let environment: [String: String]
    /// The most bytes of JSON text a step may take in or give out, and the run may.
    let largestValue: Int

    /// Of the last entry.
    package private(set) var sequence = 0
    package private(set) var status = RunStatus.queued
    package private(set) var isCancelling = false
    /// The node whose failure ends the run, with the error: the first that failed.
    private(set) var failure: JSON?
    private(set) var trigger = JSON.null
    /// Calls that were asked for here and have not ended; not part of the fold.
    var inFlight: [StepKey: StepCall] = [:]
    /// Beside `plan.nodes`.
    private(set) var steps: [StepState]

    package init(
        of record: RunRecord, plan: Plan, environment: [String: String] = [:],
        largestValue: Int = JSON.largestStepValue, entries: [JournalEntry] = []
    ) {
        self.record = record
        self.plan = plan
        self.environment = environment
        self.largestValue = largestValue
        steps = Array(repeating: StepState(), count: plan.nodes.count)
        for entry in entries { apply(entry) }
    }

    package mutating func apply(_ entry: JournalEntry) {
        guard entry.sequence > sequence else { return }
        sequence = entry.sequence
        guard !status.isTerminal else { return }
        switch entry.kind {
        case .runStarted:
            trigger = entry.data["trigger"] ?? .null
            status = .running
        case .cancelRequested: isCancelling = true
        case .runCompleted: status = .completed
        case .runFailed: status = .failed
        case .runCancelled: status = .cancelled
        case .stepStarted, .stepCompleted, .stepFailed, .stepSkipped:
            guard let index = plan.index[entry.node] else { return }
            applyStep(entry, at: index)
        case .stepWaiting, .stepStopping, .stepCancelled, .childStarted, .eventReceived, .runStopping, .runResponded,
            .compensationStarted, .compensationCompleted, .compensationFailed:
            break
        }
    }

    private mutating func applyStep(_ entry: JournalEntry, at index: Int) {
        let wasSettled = steps[index].isSettled
        steps[index].apply(entry)
        guard !wasSettled else { return }
        switch steps[index].phase {
        case .failed(continues: false) where failure == nil:
            failure = entry.data["error"].map { Self.runError($0, node: entry.node) } ?? .null
        case .completed where plan.nodes[index].isTrigger:
            steps[index].output = trigger["body"] ?? .null
        default:
            break
        }
    }

    /// {code, message, node}
    static func runError(_ error: JSON, node: String) -> JSON {
        guard case .object(var object) = StepError.summary(of: error) else { return error }
        object["node"] = .string(node)
        return .object(object)
    }
}
