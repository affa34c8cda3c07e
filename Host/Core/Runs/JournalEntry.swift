package import PatchbayJSON

/// One fact about a run. A run's state is the fold of its entries in the order of `sequence`.
package struct JournalEntry: Sendable, Equatable {
    /// The words stand in the database too; a test compares the lists.
    package enum Kind: String, Sendable, CaseIterable {
        /// data: {"trigger": {kind, body, …}, "parent": {run, node, path, attempt, depth, awaits} of a child run,
        /// "retry_of": the id of the run that this one repeats}
        case runStarted = "run_started"
        /// Durable before an operation with an effect is called; also the beginning of a container, and of a step that asks
        /// for a child run. data: {"idempotency_key", "input", "deadline": RFC 3339 when it has to be over}
        case stepStarted = "step_started"
        /// The step waits. data: {"until": RFC 3339, "input"; "event" and "match" where it waits for an event}
        case stepWaiting = "step_waiting"
        /// data: {"output": …, "port": name of the port that is followed, or absent}; of a step without `step_started` also
        /// {"started_at": RFC 3339, "input"}. No "output" for the trigger's node: that is the run's input. "compensate" is
        /// the input of what undoes the step, or "compensate_error" why there is none. Of a `stop` node also
        /// "stop": "completed" or "failed".
        case stepCompleted = "step_completed"
        /// data: {"error": {code, message, …}, "retry_at": RFC 3339 when another attempt follows, "parked": true when the
        /// attempt does not count, "continues": true when the run goes on without the step, with "output" in its place,
        /// "port": "error" when it goes on there}; of a step without `step_started` also {"started_at", "input"}.
        case stepFailed = "step_failed"
        /// The node is not reached in this run, or nobody needs it any longer before it began.
        case stepSkipped = "step_skipped"
        /// The container is to end: what stands in it is broken off. data: {"error": what it will end with,
        /// "part": "finally" when also that is over its time}
        case stepStopping = "step_stopping"
        /// The step was broken off. data: {"error": {code, message, effect}}
        case stepCancelled = "step_cancelled"
        /// A child run is stored. data: {"run", "workflow", "version"}
        case childStarted = "child_started"
        /// data: {"name", "payload", "id"}
        case eventReceived = "event_received"
        case cancelRequested = "cancel_requested"
        /// The run is to end, for instance because its time is over. data: {"error", "part": "cleanup" when it is that of
        /// cleaning up after a cancellation}
        case runStopping = "run_stopping"
        /// The answer to whoever waits for it. data: {"response": {status, headers, body}}
        case runResponded = "run_responded"
        /// What a completed step did is to be undone; node and path are that step's. data: {"idempotency_key", "input"}
        case compensationStarted = "compensation_started"
        /// data: {"output"}
        case compensationCompleted = "compensation_completed"
        /// data: {"error", "retry_at" when another attempt follows}
        case compensationFailed = "compensation_failed"
        /// data: {"output": …}
        case runCompleted = "run_completed"
        /// data: {"error": {code, message, node}, "compensation": {completed, failed} where there was something to undo}
        case runFailed = "run_failed"
        /// data: null, or {"compensation"}
        case runCancelled = "run_cancelled"
    }

    /// 1 for the first entry of a run, without gaps.
    package var sequence: Int
    package var at: Timestamp
    package var kind: Kind
    /// Id of the node that it concerns; empty for the run itself.
    package var node: String
    /// Where in nested containers the node stands, such as `each/3/inner/0`; empty at the top.
    package var path: String
    /// 1 for the first attempt; 0 where there is none.
    package var attempt: Int
    /// With "taken_over": true where the step was carried out by the run that this one makes again.
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
