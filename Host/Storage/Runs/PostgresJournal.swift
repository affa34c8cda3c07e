package import Logging
package import PatchbayCore
package import PatchbayPostgres
import Synchronization

/// The durable record of runs in PostgreSQL, as the workers of one process use it. Everything that the process writes of
/// runs goes through one writer, so each process has one journal, and its run store shares it.
///
/// A worker lives as long as it has a row in `workers`. Who finds it silent for too long deletes the row, and with that all
/// its leases are lost; it may come back under another name.
package final class PostgresJournal: Journal {
    let pool: PostgresPool
    let writer: JournalWriter
    package var home: (any TaskExecutor)? { writer.home }
    package func isPressed(by tenant: TenantID) -> Bool { writer.isPressed(by: tenant) }
    let meter: UsageMeter
    /// Whether tenants may start runs; for the run stores that share the writer.
    let allowances: TenantAllowances
    let blobs: BlobStore
    private let log: Logger
    /// What the workers of this process are labelled with.
    let labels: [String]
    /// Whether they take only runs that ask for labels.
    let isDedicated: Bool
    let presence: ProcessPresence?
    let turn = Mutex(ClaimTurn())
    /// Runs that need one of these are left to other hosts.
    package let lacking = LackingConnectors()

    /// `blobThreshold`: an entry with more data than that, in bytes, has its large values kept apart. `presence`: by what
    /// others know soon that this process is gone. `allowanceAge`: for how long counts what was read of tenants' limits.
    package init(
        _ pool: PostgresPool, labels: [String] = [], isDedicated: Bool = false, blobThreshold: Int? = nil,
        presence: ProcessPresence? = nil, allowanceAge: Duration = .seconds(1), audit: PostgresAuditLog? = nil,
        log: Logger
    ) {
        self.presence = presence
        self.pool = pool
        meter = UsageMeter(pool, log: log)
        allowances = TenantAllowances(pool, meter: meter, age: allowanceAge)
        blobs = BlobStore(pool: pool, threshold: blobThreshold ?? BlobStore.threshold, meter: meter)
        writer = JournalWriter(pool.target, meter: meter, audit: audit, log: log)
        self.labels = WorkerLabel.sorted(labels)
        self.isDedicated = isDedicated
        self.log = log
    }

    package func append(
        _ entries: [JournalEntry], log: [StepLogLine], to run: LeasedRun, status: RunStatus
    ) async throws {
        let data = try await blobs.store(entries, of: run.record.id, in: run.record.tenant)
        try await writer.append(JournalAppend(entries: entries, data: data, log: log, run: run, status: status))
        if status.isTerminal, let key = run.concurrencyKey {
            await passPlaceOn(in: RunGroup(tenant: run.record.tenant, workflow: run.record.workflow, key: key))
        }
    }

    /// Lets the next run of the group begin. What fails here is done by the next look at all groups.
    private func passPlaceOn(in group: RunGroup) async {
        do {
            _ = try await PostgresRunQueue(pool).admit(group)
        } catch {
            self.log.debug("a place in a group was not passed on", metadata: ["error": "\(error)"])
        }
    }

    package func register(worker: String, at: Timestamp) async throws {
        _ = try await pool.rows(
            Self.insertWorker,
            [
                .words(worker), .moment(at), .optional(presence?.key) { .int($0) },
                .bool(presence?.isDoubted ?? false),
            ])
    }

    private static let insertWorker = """
        insert into workers (worker, heartbeat_at, presence)
        select $1, $2, case
            when not $4 or exists (select from (\(ProcessPresence.held)) h where h.key = $3::bigint) then $3::bigint end
        on conflict (worker) do update set heartbeat_at = greatest(workers.heartbeat_at, excluded.heartbeat_at)
        """

    package func heartbeat(worker: String, at: Timestamp) async throws -> Bool {
        let isKnown = try await !pool.rows(Self.beat, [.words(worker), .moment(at)]).isEmpty
        if !isKnown { presence?.doubt() }
        return isKnown
    }

    private static let beat = """
        update workers set heartbeat_at = greatest(heartbeat_at, $2) where worker = $1 returning worker
        """

    package func cancellations(worker: String) async throws -> [RunID] {
        try await pool.rows(Self.selectCancelled, [.words(worker)]).map { try $0.id("run_id") }
    }

    private static let selectCancelled = """
        select run_id from run_queue where worker = $1 and cancel_requested_at is not null order by run_id
        """

    /// Ends the writer's connections, once nobody writes any more, and writes down what tenants used.
    package func close() async {
        await writer.close()
        await meter.flush()
    }

    package func held(worker: String) async throws -> [RunID] {
        try await pool.rows(Self.selectHeld, [.words(worker)]).map { try $0.id("run_id") }
    }

    private static let selectHeld = "select run_id from run_queue where worker = $1 and is_held order by run_id"

    package func park(_ run: LeasedRun, until moment: Timestamp) async throws -> Parking {
        let row = try await pool.rows(
            Self.park,
            [
                .id(run.record.tenant), .id(run.record.id), .number(run.epoch), .moment(moment), .words(run.worker),
            ]
        ).first
        guard let row else { return .kept }
        return try row.text("state") == PostgresRunStore.QueueState.ready.rawValue ? .freed : .parked
    }

    /// A run to which something has happened since it was taken on is not parked but freed.
    private static let park = """
        update run_queue set worker = null,
            due_at = case when is_signalled then due_at else $4 end,
            state = case when is_held then 'paused' when is_signalled then 'ready' else 'waiting' end
        where tenant_id = $1 and run_id = $2 and epoch = $3 and worker = $5
        returning state
        """

    package func release(_ runs: [LeasedRun]) async throws {
        guard !runs.isEmpty else { return }
        _ = try await pool.rows(
            Self.free,
            [
                .array(.uuid, runs.map { .id($0.record.tenant) }), .array(.uuid, runs.map { .id($0.record.id) }),
                .array(.int, runs.map { .number($0.epoch) }),
            ])
    }

    package func release(worker: String, except known: [RunID]) async throws {
        _ = try await pool.rows(Self.freeOthers, [.words(worker), .array(.uuid, known.map { .id($0) })])
    }

    private static let freeOthers = """
        update run_queue q set worker = null, state = \(PostgresRunQueue.stateWhenFree)
        where worker = $1 and run_id <> all ($2::uuid[])
        """

    private static let free = """
        update run_queue q set worker = null, state = \(PostgresRunQueue.stateWhenFree)
        from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as given (tenant_id, run_id, epoch)
        where q.tenant_id = given.tenant_id and q.run_id = given.run_id and q.epoch = given.epoch
        """
}
