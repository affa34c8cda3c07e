package import PatchbayCore
package import PatchbayJSON

/// One step of a run, as people see it.
package struct StepView: Sendable, Equatable {
    package var node: String
    /// Where in nested containers, see `StepKey`.
    package var path = ""
    package var status: StepStatus
    /// The number of the last attempt; 0 of a step that was skipped.
    package var attempts: Int
    /// When the first attempt began; nil of a step that was skipped.
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?
    /// What the action was called with; nil where that is not on record.
    package var input: JSON?
    package var output: JSON?
    /// {code, message, …} of the last attempt, when that failed.
    package var error: JSON?
    /// The port that the run followed.
    package var port: String?
    /// When the next attempt is due.
    package var retryAt: Timestamp?

    /// Milliseconds from the start to the end.
    package var duration: Int64? {
        if let startedAt, let finishedAt { finishedAt - startedAt } else { nil }
    }
}

extension StepView {
    /// Takes in an entry about this node. `input` is the run's, which is the output of the trigger that started it.
    mutating func show(_ entry: JournalEntry, runInput: JSON) {
        attempts = max(attempts, entry.attempt)
        guard entry.kind != .stepSkipped else {
            status = .skipped
            return
        }
        startedAt = startedAt ?? entry.data["started_at"]?.string.flatMap { Timestamp($0) } ?? entry.at
        input = entry.data["input"] ?? input
        (retryAt, error) = (nil, nil)
        switch entry.kind {
        case .stepCompleted:
            (status, finishedAt) = (.completed, entry.at)
            output = entry.data["output"] ?? runInput
            port = entry.data["port"]?.string
        case .stepWaiting: status = .waiting
        case .stepCancelled:
            (status, finishedAt) = (.cancelled, entry.at)
            error = entry.data["error"]
        case .stepFailed:
            error = entry.data["error"]
            retryAt = entry.data["retry_at"]?.string.flatMap { Timestamp($0) }
            if retryAt == nil { (status, finishedAt) = (.failed, entry.at) }
            output = entry.data["output"] ?? output
        default:
            break
        }
    }

    /// Ends a step that ended with its run: nobody knows how it went, or it waited for another attempt.
    mutating func cutShort(at moment: Timestamp) {
        guard status == .running || status == .waiting else { return }
        (status, finishedAt, retryAt) = (.failed, moment, nil)
        error =
            error ?? [
                "code": "cancelled", "effect": "unknown",
                "message": "The run ended before the step did; whether the step took effect is not known.",
            ]
    }
}
