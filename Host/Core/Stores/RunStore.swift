package import PatchbayJSON

/// A run that is to be stored.
package struct NewRun: Sendable {
    package var record: RunRecord
    /// What started it: becomes `trigger` in expressions.
    package var trigger: JSON
    /// The webhook delivery's id, by which the sender's repetition is recognised; nil elsewhere.
    package var deliveryKey: String?

    package init(record: RunRecord, trigger: JSON, deliveryKey: String? = nil) {
        self.record = record
        self.trigger = trigger
        self.deliveryKey = deliveryKey
    }
}

/// What a worker took on.
package struct LeasedRun: Sendable {
    package var record: RunRecord
    /// Grows with each lease; every append names it, and a worker that lost its lease is answered `leaseLost`.
    package var epoch: Int
    package var document: JSON
    package var entries: [JournalEntry]

    package init(record: RunRecord, epoch: Int, document: JSON, entries: [JournalEntry]) {
        self.record = record
        self.epoch = epoch
        self.document = document
        self.entries = entries
    }
}

package enum JournalError: Error, Equatable, Sendable {
    /// Another worker has the run, or it has ended; nothing was written.
    case leaseLost(RunID)
    /// The entries cannot be stored as they are, however often that is tried; nothing was written. The reason holds none
    /// of their values.
    case refused(RunID, reason: String)
}

/// The durable record of runs, as workers use it.
package protocol Journal: Sendable {
    /// Takes on up to `limit` runs that are queued, or whose worker was last heard of before `abandonedBefore`.
    func lease(limit: Int, worker: String, at: Timestamp, abandonedBefore: Timestamp) async throws -> [LeasedRun]
    /// Appends entries and sets the run's status, durable when it returns. `status` is what the entries lead to; with a
    /// terminal one the record's `finishedAt` and `error` are those of the last entry, and the lease ends.
    func append(
        _ entries: [JournalEntry], log: [StepLogLine], to run: LeasedRun, status: RunStatus
    ) async throws
    /// Says that the worker is alive; once for all its runs.
    func heartbeat(worker: String, at: Timestamp) async throws
    /// Runs of this worker that somebody wants cancelled and that have not ended.
    func cancellations(worker: String) async throws -> [RunID]
    /// Gives runs up unfinished, so that any worker may take them on at once; those whose lease was lost are passed over.
    func release(_ runs: [LeasedRun]) async throws
    /// Gives up all the worker's runs but these: after a lease whose answer was lost, when it has runs it knows nothing of.
    func release(worker: String, except known: [RunID]) async throws
}

/// A line of a step's log, as it is stored.
package struct StepLogLine: Sendable, Equatable {
    package var node: String
    package var attempt: Int
    package var line: LogLine

    package init(node: String, attempt: Int, line: LogLine) {
        self.node = node
        self.attempt = attempt
        self.line = line
    }
}

/// Runs, as the API uses them.
package protocol RunStore: Sendable {
    /// Stores a run as queued, with its first entry. When a run with the same delivery key exists in the workflow, answers
    /// that one and stores nothing.
    func accept(_ run: NewRun) async throws -> RunRecord
    func run(_ id: RunID, in tenant: TenantID) async throws -> RunRecord?
    /// With `workflow` or `status`, only those.
    func runs(
        in tenant: TenantID, workflow: WorkflowID?, status: RunStatus?, page: PageRequest
    ) async throws -> Page<RunRecord>
    /// All entries of a run, in order; empty when there is no such run.
    func entries(of id: RunID, in tenant: TenantID) async throws -> [JournalEntry]
    /// A page of log lines, oldest first.
    func log(of id: RunID, in tenant: TenantID, page: PageRequest) async throws -> Page<StepLogLine>
    /// Asks for a run's end; one that no worker has taken on yet ends at once. False when there is no such run or it has
    /// ended.
    func requestCancel(_ id: RunID, in tenant: TenantID, at: Timestamp) async throws -> Bool
}
