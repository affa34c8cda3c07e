package import PatchbayJSON

/// A run's status changed, or somebody wants it to.
package struct RunChange: Sendable, Equatable {
    /// Where the change stands among all of its tenant.
    package var cursor: Cursor
    package var run: RunID
    package var workflow: WorkflowID
    package var workflowName: String
    /// One of `kinds`.
    package var kind: JournalEntry.Kind
    package var at: Timestamp
    /// {code, message, node} of a failed run, else null.
    package var error: JSON

    package init(
        cursor: Cursor, run: RunID, workflow: WorkflowID, workflowName: String, kind: JournalEntry.Kind,
        at: Timestamp, error: JSON = .null
    ) {
        self.cursor = cursor
        self.run = run
        self.workflow = workflow
        self.workflowName = workflowName
        self.kind = kind
        self.at = at
        self.error = error
    }

    /// The entries that change a run as a whole. The words stand in an index of the database too.
    package static let kinds: [JournalEntry.Kind] = [
        .runStarted, .cancelRequested, .runCompleted, .runFailed, .runCancelled,
    ]

    package var status: RunStatus {
        switch kind {
        case .runCompleted: .completed
        case .runFailed: .failed
        case .runCancelled: .cancelled
        case .cancelRequested: .running
        default: .queued
        }
    }

    /// A place in the order of changes: that of their transactions, then of runs and entries. The text is opaque to
    /// everybody else.
    package struct Cursor: Sendable, Hashable, Comparable {
        /// Number of the transaction that stored the change.
        package var transaction: UInt64
        package var run: RunID
        /// Of the run's entry.
        package var sequence: Int

        package init(transaction: UInt64, run: RunID, sequence: Int) {
            self.transaction = transaction
            self.run = run
            self.sequence = sequence
        }

        /// Behind every change of transactions below that one, whichever run's it is.
        package static func behind(transaction horizon: UInt64) -> Cursor {
            Cursor(transaction: max(horizon, 1) - 1, run: RunID(high: .max, low: .max), sequence: Int(Int32.max))
        }

        package static func < (one: Cursor, other: Cursor) -> Bool {
            (one.transaction, one.run, one.sequence) < (other.transaction, other.run, other.sequence)
        }
    }
}

extension RunChange.Cursor {
    /// `<transaction>.<run id>.<sequence>`
    package var text: String { "\(transaction).\(run).\(sequence)" }

    package init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let transaction = UInt64(parts[0]), transaction <= Int64.max,
            let run = RunID(String(parts[1])), let sequence = Int(parts[2]), (0...Int(Int32.max)).contains(sequence)
        else { return nil }
        self.init(transaction: transaction, run: run, sequence: sequence)
    }
}
