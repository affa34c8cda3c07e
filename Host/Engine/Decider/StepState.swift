import PatchbayCore
import PatchbayJSON

/// What the journal says of one node in one body of a run.
struct StepState: Sendable, Equatable {
    enum Phase: Sendable, Equatable {
        /// Nothing is on record.
        case pending
        /// An attempt was begun, and nobody knows how it went; of a container: what stands in it goes on.
        case started
        /// An attempt failed, and another follows.
        case retrying(at: Timestamp)
        /// For this moment, or for an event until then.
        case waiting(until: Timestamp)
        /// With the port the run follows, where the node has several.
        case completed(port: String?)
        /// Out of attempts; `continues` when the run goes on all the same.
        case failed(continues: Bool)
        /// Out of attempts; the run goes on through the port "error".
        case routed
        /// Not reached.
        case skipped
        /// Broken off.
        case cancelled
    }

    var phase = Phase.pending
    /// The highest number an attempt had; 0 before the first that is on record.
    var attempt = 0
    /// Attempts that failed. Attempts cut off by a crash do not count: they say nothing about the operation.
    var failures = 0
    /// Attempts that were begun and never ended.
    var abandoned = 0
    /// Milliseconds that were spent waiting because somebody asked for it, without using up attempts.
    var parked: Int64 = 0
    /// Ways to the node that have not ended, and those that were followed.
    var open = 0
    var followed = 0
    /// Nobody needs the step any longer.
    var isUnwanted = false
    /// What the operation is called with, once that is on record: other attempts use the same.
    var input: JSON?
    var output = JSON.null
    /// The child run of a sub-workflow's step.
    var child: String?

    var isSettled: Bool {
        switch phase {
        case .completed, .failed, .routed, .skipped, .cancelled: true
        case .pending, .started, .retrying, .waiting: false
        }
    }

    /// Begun and not settled, as far as that is on record.
    var isBegun: Bool {
        switch phase {
        case .started, .retrying, .waiting: true
        default: false
        }
    }

    /// Whether other nodes may read the output.
    var hasOutput: Bool {
        switch phase {
        case .completed, .failed(continues: true), .routed: true
        default: false
        }
    }

    /// Whether the run follows an edge of this port, which may be nil.
    func follows(_ port: String?) -> Bool {
        switch phase {
        case .completed(let chosen): port == nil || port == chosen
        case .failed(continues: true): port == nil
        case .routed: port == FailureStrategy.port
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
            (phase, attempt, child) = (.started, entry.attempt, nil)
            input = entry.data["input"]
        case .stepWaiting:
            attempt = max(attempt, entry.attempt)
            phase = .waiting(until: entry.data.moment("until") ?? entry.at)
            input = entry.data["input"]
        case .childStarted:
            guard phase == .started, entry.attempt == attempt else { return }
            child = entry.data["run"]?.string
        case .stepFailed:
            let isOver = !(phase == .started || isWaiting) && entry.attempt == attempt
            guard entry.attempt >= attempt, !isOver else { return }
            attempt = entry.attempt
            fail(entry)
        case .stepCompleted:
            attempt = max(attempt, entry.attempt)
            output = entry.data["output"] ?? .null
            settle(.completed(port: entry.data["port"]?.string))
        case .stepSkipped:
            settle(.skipped)
        case .stepCancelled:
            settle(.cancelled)
        default:
            break
        }
    }

    private var isWaiting: Bool { if case .waiting = phase { true } else { false } }

    private mutating func fail(_ entry: JournalEntry) {
        let data = entry.data
        if let moment = data.moment("retry_at") {
            if data["parked"] == true { parked += max(moment - entry.at, 0) } else { failures += 1 }
            phase = .retrying(at: moment)
            input = data["input"] ?? input
            return
        }
        failures += 1
        let isRouted = data["port"]?.string == FailureStrategy.port
        let continues = data["continues"]?.bool ?? false
        if continues || isRouted {
            output = data["output"] ?? ["error": StepError.summary(of: data["error"] ?? .null)]
        }
        // With an output in its place the step counts as one that did well.
        let isReplaced = continues && data["output"] != nil
        settle(isRouted ? .routed : isReplaced ? .completed(port: nil) : .failed(continues: continues))
    }

    private mutating func settle(_ end: Phase) {
        phase = end
        input = nil
    }
}

extension JSON {
    /// A member that holds RFC 3339 text.
    func moment(_ name: String) -> Timestamp? { self[name]?.string.flatMap { Timestamp($0) } }
}
