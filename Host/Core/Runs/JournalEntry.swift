package import PatchbayJSON

/// One fact about a run. A run's state is the fold of its entries in the order of `sequence`.
package struct JournalEntry: Sendable, Equatable {
    /// The words stand in the database too; a test compares the lists.
    package enum Kind: String, Sendable, CaseIterable {
        /// data: {"input": …, "trigger": {…}}
        case runStarted = "run_started"
        /// Durable before an operation with an effect is called. data: {"idempotency_key", "input"}
        case stepStarted = "step_started"
        /// data: {"output": …, "port": name of the port that is followed, or absent}; of a step without `step_started` also
        /// {"started_at": RFC 3339, "input"}. No "output" for the trigger's node: that is the run's input.
        case stepCompleted = "step_completed"
        /// data: {"error": {code, message, …}, "retry_at": RFC 3339 when another attempt follows, "continues": true when the
        /// run goes on without the step}; of a step without `step_started` also {"started_at", "input"}.
        case stepFailed = "step_failed"
        /// The node is not reached in this run.
        case stepSkipped = "step_skipped"
        case cancelRequested = "cancel_requested"
        /// data: {"output": …}
        case runCompleted = "run_completed"
        /// data: {"error": {code, message, node}}
        case runFailed = "run_failed"
        case runCancelled = "run_cancelled"
    }

    /// 1 for the first entry of a run, without gaps.
    package var sequence: Int
    package var at: Timestamp
    package var kind: Kind
    /// Id of the node that it concerns; empty for the run itself.
    package var node: String
    /// Where in nested containers the node stands (loop iterations); empty at the top.
    package var path: String
    /// 1 for the first attempt; 0 where there is none.
    package var attempt: Int
    package var data: JSON

    package init(
        sequence: Int, at: Timestamp, kind: Kind, node: String = "", path: String = "", attempt: Int = 0,
        data: JSON = .null
    ) {
        self.sequence = sequence
        self.at = at
        self.kind = kind
        self.node = node
        self.path = path
        self.attempt = attempt
        self.data = data
    }
}
