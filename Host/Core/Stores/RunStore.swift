package import PatchbayJSON

/// A run that is to be stored.
package struct NewRun: Sendable {
    /// Who waits for something of it.
    package enum Waiter: Sendable {
        case nobody
        /// Somebody wants to hear that it is stored.
        case start
        /// Somebody wants what comes of it.
        case end
    }

    package var record: RunRecord
    /// What started it: becomes `trigger` in expressions.
    package var trigger: JSON
    /// The webhook delivery's id, by which the sender's repetition is recognised; nil elsewhere.
    package var deliveryKey: String?
    package var placement: RunPlacement
    /// The worker of this process that takes the run on at once; nil: it waits in the queue. Passed over where the placement
    /// does not allow it.
    package var lease: FirstLease?
    /// Of a child run: which step of which run asked for it; else null.
    package var parent: JSON
    /// What it takes over from the run that it repeats; nil for one that repeats none.
    package var fork: RunFork?
    /// Whether its version was the newest of an active workflow when somebody looked last, and has to be so still.
    package var mustBeNewest: Bool
    /// What the audit log tells of the start, written with it; nil where somebody else takes it down, or nothing.
    package var audit: AuditEvent?
    package var waiter: Waiter

    package init(
        record: RunRecord, trigger: JSON, deliveryKey: String? = nil, placement: RunPlacement = RunPlacement(),
        lease: FirstLease? = nil, parent: JSON = .null, fork: RunFork? = nil, mustBeNewest: Bool = false,
        audit: AuditEvent? = nil, waiter: Waiter = .nobody
    ) {
        self.waiter = waiter
        self.mustBeNewest = mustBeNewest
        self.audit = audit
        self.record = record
        self.trigger = trigger
        self.parent = parent
        self.deliveryKey = deliveryKey
        self.placement = placement
        self.lease = lease
        self.fork = fork
    }

    /// The run's first entry.
    package var started: JournalEntry {
        var data: JSONObject = ["trigger": trigger]
        if !parent.isNull { data["parent"] = parent }
        if let fork { data["retry_of"] = .string(fork.original.description) }
        return JournalEntry(sequence: 1, at: record.createdAt, kind: .runStarted, data: .object(data))
    }
}

/// How a run repeats another.
package struct RunFork: Sendable, Equatable {
    /// The run that is repeated.
    package var original: RunID
    /// What is not done again: entries that stand behind the first, numbered from 2.
    package var entries: [JournalEntry]
    /// Whether a run that is repeated already is refused (`StoreConflict.alreadyRetried`).
    package var isOnce: Bool

    package init(original: RunID, entries: [JournalEntry] = [], isOnce: Bool = false) {
        self.original = original
        self.entries = entries
        self.isOnce = isOnce
    }
}

/// A lease that a run is stored with, so that it need not be looked for.
package struct FirstLease: Sendable {
    /// Of a lease that a run is stored with.
    package static let epoch = 1

    package var worker: String
    /// What the worker would write first, behind the entry of the start.
    package var entries: [JournalEntry]

    package init(worker: String, entries: [JournalEntry] = []) {
        self.worker = worker
        self.entries = entries
    }
}

/// What a worker took on.
package struct LeasedRun: Sendable {
    package var record: RunRecord
    /// Who took it on. A worker that was declared dead has lost all its leases; its appends are answered `leaseLost`.
    package var worker: String
    /// Grows with each lease, and stands beside every entry that was written under it.
    package var epoch: Int
    package var document: JSON
    package var entries: [JournalEntry]
    /// Somebody wants it to end, and no worker has heard of that yet.
    package var isCancelRequested: Bool
    /// The concurrency group that it counts in, so that another run of it may begin when this one has ended.
    package var concurrencyKey: String?
    /// What it is to hear of.
    package var messages: [RunMessage]

    package init(
        record: RunRecord, worker: String, epoch: Int, document: JSON, entries: [JournalEntry],
        isCancelRequested: Bool = false, concurrencyKey: String? = nil, messages: [RunMessage] = []
    ) {
        self.record = record
        self.worker = worker
        self.epoch = epoch
        self.document = document
        self.entries = entries
        self.isCancelRequested = isCancelRequested
        self.concurrencyKey = concurrencyKey
        self.messages = messages
    }
}

/// What became of a run that was to be parked.
package enum Parking: Sendable, Equatable {
    /// It waits without a worker.
    case parked
    /// Something has happened to it since it was taken on, so that any worker may take it on at once.
    case freed
    /// It stays in hand: its lease was lost, or there is nobody who would take it on again.
    case kept
}

package enum JournalError: Error, Equatable, Sendable {
    /// Another worker has the run, or it has ended; nothing was written.
    case leaseLost(RunID)
    /// The entries cannot be stored as they are, however often that is tried; nothing was written. The reason holds none
    /// of their values.
    case refused(RunID, reason: String)
    /// The worker is not known: it was silent for so long that it was declared dead. Nothing was done.
    case unknownWorker
}

/// The durable record of runs, as workers use it.
package protocol Journal: Sendable {
    /// Where a worker's only run is carried out best: on a thread that writes, since each change of threads costs a run that
    /// nothing else delays. Nil: nowhere in particular.
    var home: (any TaskExecutor)? { get }
    /// Whether so many wait for runs of this tenant to be stored that those which are should let them pass.
    func isPressed(by tenant: TenantID) -> Bool
    /// Makes a worker known, under a name that none had before; it lives from now on. Only living workers have leases.
    func register(worker: String, at: Timestamp) async throws
    /// Says that the worker is alive; once for all its runs. False when it was declared dead.
    func heartbeat(worker: String, at: Timestamp) async throws -> Bool
    /// Takes on up to `limit` runs that are queued, or whose worker is dead. Workers that were last heard of before
    /// `abandonedBefore` are declared dead; no append of theirs is stored from then on. Throws `unknownWorker`.
    func lease(limit: Int, worker: String, at: Timestamp, abandonedBefore: Timestamp) async throws -> [LeasedRun]
    /// Appends entries and sets the run's status, durable when it returns. `status` is what the entries lead to; with a
    /// terminal one the record's `finishedAt` and `error` are those of the last entry, and the lease ends.
    func append(
        _ entries: [JournalEntry], log: [StepLogLine], to run: LeasedRun, status: RunStatus
    ) async throws
    /// Runs of this worker that somebody wants cancelled and that have not ended.
    func cancellations(worker: String) async throws -> [RunID]
    /// Runs of this worker that are to be given up at their next step, because their workflow is paused.
    func held(worker: String) async throws -> [RunID]
    /// Gives a run up until a moment, or until something happens to it.
    func park(_ run: LeasedRun, until: Timestamp) async throws -> Parking
    /// Gives runs up unfinished, so that any worker may take them on at once; those whose lease was lost are passed over.
    func release(_ runs: [LeasedRun]) async throws
    /// Gives up all the worker's runs but these: after a lease whose answer was lost, when it has runs it knows nothing of.
    func release(worker: String, except known: [RunID]) async throws
}

extension Journal {
    package var home: (any TaskExecutor)? { nil }
    package func isPressed(by tenant: TenantID) -> Bool { false }
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
    /// that one and stores nothing. With a lease it is stored as running, with the lease's entries too, and is answered so;
    /// as queued all the same, without them, when the worker is not known. One that its placement lets not begin is stored
    /// as ended: failed without a place, cancelled where its group drops it. One that repeats another names it from then on,
    /// and is named by it unless it was stored as ended. Throws `WorkflowMoved` for one that must be of the newest version
    /// and is not, or whose workflow is paused or gone; and where this cannot be told in the same breath.
    func accept(_ run: NewRun) async throws -> RunRecord
    /// Whether a tenant's run may be stored without asking anybody first. False also where that is not known.
    func isReady(for tenant: TenantID, at moment: Timestamp) -> Bool
    /// The same as `accept`, for whoever has no task. `then` is called once, from any thread, and has to return soon.
    func accept(_ run: NewRun, then: @escaping @Sendable (Result<RunRecord, any Error>) -> Void)
    func run(_ id: RunID, in tenant: TenantID) async throws -> RunRecord?
    func runs(in tenant: TenantID, matching filter: RunFilter, page: PageRequest) async throws -> Page<RunRecord>
    /// All entries of a run, in order; empty when there is no such run.
    func entries(of id: RunID, in tenant: TenantID) async throws -> [JournalEntry]
    /// Up to `limit` entries of a run behind the given one, in order.
    func entries(of id: RunID, in tenant: TenantID, after sequence: Int, limit: Int) async throws -> [JournalEntry]
    /// The run's last entry of one of these kinds.
    func last(of kinds: [JournalEntry.Kind], in run: RunID, tenant: TenantID) async throws -> JournalEntry?
    /// Up to `limit` changes of the tenant's runs behind the given one, in order. A change is told only when none that
    /// comes before it can follow any more.
    func changes(in tenant: TenantID, after cursor: RunChange.Cursor, limit: Int) async throws -> [RunChange]
    /// Where the changes stand now: those behind it are still to be told.
    func latestChange(in tenant: TenantID) async throws -> RunChange.Cursor
    /// A page of log lines, oldest first.
    func log(of id: RunID, in tenant: TenantID, page: PageRequest) async throws -> Page<StepLogLine>
    /// Takes runs out of the dead letters; answers those that were among them.
    func dismiss(_ runs: [RunID], in tenant: TenantID, at: Timestamp) async throws -> [RunID]
    /// Asks for a run's end; one that no worker has taken on yet ends at once. False when there is no such run or it has
    /// ended.
    func requestCancel(_ id: RunID, in tenant: TenantID, at: Timestamp) async throws -> Bool
}

extension RunStore {
    package func isReady(for tenant: TenantID, at moment: Timestamp) -> Bool { false }

    package func accept(_ run: NewRun, then: @escaping @Sendable (Result<RunRecord, any Error>) -> Void) {
        Task {
            do { then(.success(try await accept(run))) } catch { then(.failure(error)) }
        }
    }

    package func last(
        of kinds: [JournalEntry.Kind], in run: RunID, tenant: TenantID
    ) async throws -> JournalEntry? {
        try await entries(of: run, in: tenant).last { kinds.contains($0.kind) }
    }
}
