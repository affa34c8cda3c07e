import PatchbayCore
import PatchbayJSON

/// What the journal says of one node in one run.
struct StepState: Sendable, Equatable {
    enum Phase: Sendable, Equatable {
        /// Nothing is on record.
        case pending
        /// An attempt was begun, and nobody knows how it went.
        case started
        /// An attempt failed, and another follows.
        case retrying(at: Timestamp)
        /// With the port the run follows, where the node has several.
        case completed(port: String?)
        /// Out of attempts; `continues` when the run goes on all the same.
        case failed(continues: Bool)
        /// Not reached.
        case skipped
    }

    var phase = Phase.pending
    /// The highest number an attempt had; 0 before the first that is on record.
    var attempt = 0
    /// Attempts that failed. Attempts cut off by a crash do not count: they say nothing about the operation.
    var failures = 0
    /// Attempts that were begun and never ended.
    var abandoned = 0
    /// What the operation is called with, once that is on record: other attempts use the same.
    var input: JSON?
    var output = JSON.null

    var isSettled: Bool {
        switch phase {
        case .completed, .failed, .skipped: true
        case .pending, .started, .retrying: false
        }
    }

    /// Whether the run follows an edge of this port, which may be nil.
    func follows(_ port: String?) -> Bool {
        switch phase {
        case .completed(let chosen): port == nil || port == chosen
        case .failed(continues: true): port == nil
        default: false
        }
    }

    /// Applies an entry about this node. A settled step stays as it is, and an attempt that is over stays over.
    mutating func apply(_ entry: JournalEntry) {
        guard !isSettled else { return }
        switch entry.kind {
        case .stepStarted:
            guard entry.attempt > attempt else { return }
            if phase == .started { abandoned += 1 }
            (phase, attempt) = (.started, entry.attempt)
            input = entry.data["input"]
        case .stepFailed:
            let isOver = phase != .started && entry.attempt == attempt
            guard entry.attempt >= attempt, !isOver else { return }
            attempt = entry.attempt
            failures += 1
            fail(entry.data)
        case .stepCompleted:
            attempt = max(attempt, entry.attempt)
            output = entry.data["output"] ?? .null
            settle(.completed(port: entry.data["port"]?.string))
        case .stepSkipped:
            settle(.skipped)
        default:
            break
        }
    }

    private mutating func fail(_ data: JSON) {
        if let text = data["retry_at"]?.string, let moment = Timestamp(text) {
            phase = .retrying(at: moment)
            input = data["input"] ?? input
        } else {
            let continues = data["continues"]?.bool ?? false
            if continues { output = ["error": StepError.summary(of: data["error"] ?? .null)] }
            settle(.failed(continues: continues))
        }
    }

    private mutating func settle(_ end: Phase) {
        phase = end
        input = nil
    }
}
