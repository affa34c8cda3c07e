package import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

extension PostgresRunStore {
    package func accept(_ run: NewRun) async throws -> RunRecord {
        try await allowances.admit(run)
        let isGrouped = run.placement.failure != nil || run.fork != nil || run.placement.group != nil
        let stored = try await store(run)
        // The writer counts what goes through it, and tells of its events.
        if isGrouped, stored.id == run.record.id {
            if run.audit != nil { writer.audit?.note(1) }
            meter.add([UsageMeter.Key(stored.tenant, at: stored.createdAt): UsageMeter.Amount(runs: 1)])
        }
        return stored
    }

    package func isReady(for tenant: TenantID, at moment: Timestamp) -> Bool {
        allowances.isAdmitted(tenant, at: moment)
    }

    package func accept(_ run: NewRun, then: @escaping @Sendable (Result<RunRecord, any Error>) -> Void) {
        let placement = run.placement
        let run = leased(run)
        guard placement.failure == nil, placement.group == nil, run.fork == nil, run.parent.isNull,
            let data = blobs.small(run.firstEntries),
            allowances.admitAtOnce(run.record.tenant, at: run.record.createdAt)
        else {
            Task {
                do { then(.success(try await accept(run))) } catch { then(.failure(error)) }
            }
            return
        }
        writer.accept(RunAcceptance(run, data: data), then: then)
    }

    /// A host that lacks a connector leaves it to the claims to find out which runs it can serve.
    private func leased(_ run: NewRun) -> NewRun {
        var run = run
        if !run.placement.isImmediate || !lacking.pins.isEmpty { run.lease = nil }
        return run
    }

    private func store(_ run: NewRun) async throws -> RunRecord {
        // Only the writer compares a run with its workflow.
        if run.mustBeNewest, run.placement.failure != nil || run.fork != nil || run.placement.group != nil {
            throw WorkflowMoved()
        }
        if let failure = run.placement.failure {
            return try await acceptFailed(run, with: failure)
        }
        if let fork = run.fork { return try await accept(run, repeating: fork) }
        guard let group = run.placement.group else {
            let run = leased(run)
            let data = try await blobs.store(run.firstEntries, of: run.record.id, in: run.record.tenant)
            return try await writer.accept(RunAcceptance(run, data: data))
        }
        let data = try await blobs.store([run.started], of: run.record.id, in: run.record.tenant)[0]
        return try await pool.transaction(in: run.record.tenant) { try await accept(run, data, in: group, over: $0) }
    }

    /// How a run enters the queue.
    enum QueueState: String { case ready, waiting, limited, paused }

    func insertion(of run: NewRun) -> PostgresStatement {
        let record = run.record
        return PostgresStatement(
            Self.insert,
            [
                .id(record.tenant), .id(record.id), .id(record.workflow), .number(record.version),
                .words(record.workflowName), .word(record.status), .words(record.trigger),
                .optional(run.deliveryKey, PostgresValue.words), .moment(record.createdAt),
                .optional(run.parentRun, PostgresValue.id), .optional(run.parentStep, PostgresValue.document),
                .optional(run.fork?.original, PostgresValue.id),
            ])
    }

    private static let insert = """
        insert into runs (
            tenant_id, run_id, workflow_id, version, workflow_name, status, trigger, delivery_key, created_at,
            parent_run_id, parent_step, retry_of)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        on conflict (tenant_id, workflow_id, delivery_key) where delivery_key is not null do nothing
        """

    /// Does nothing when the delivery is known already.
    func enqueueing(_ run: NewRun, state: QueueState) -> PostgresStatement {
        let (record, group) = (run.record, run.placement.group)
        return PostgresStatement(
            Self.enqueue,
            [
                .id(record.tenant), .id(record.id), .moment(record.createdAt), .id(record.workflow), .word(state),
                .array(.text, run.placement.labels.map { .words($0) }),
                .optional(group?.key, PostgresValue.words), .optional(group?.limit, PostgresValue.number),
                .bool(state != .limited),
            ])
    }

    /// The run of a workflow that has just been paused waits like those before it.
    private static let enqueue = """
        insert into run_queue (
            tenant_id, run_id, due_at, workflow_id, state, pool, concurrency_key, concurrency_limit, is_admitted)
        select $1, $2, $3, $4,
            case when exists (
                select 1 from workflows where tenant_id = $1 and workflow_id = $4 and status = 'paused'
            ) then 'paused' else $5 end,
            \(pool(of: "$6::text[]", and: "(select labels from tenant_shares where tenant_id = $1)")), $7, $8, $9
        where exists (select 1 from runs where tenant_id = $1 and run_id = $2)
        """

    /// The labels that a run and its tenant ask for, as the queue keeps them. Both are SQL; the second may give null.
    static func pool(of labels: String, and others: String) -> String {
        """
        (
            select coalesce(string_agg(distinct label, ',' order by label), '')
            from unnest(\(labels) || coalesce(\(others), '{}')) as label
        )
        """
    }

    /// Does nothing when the delivery is known already, or nothing is to be taken down.
    func auditing(of run: NewRun) -> PostgresStatement? {
        guard let event = run.audit.map({ PendingEvent($0) }) else { return nil }
        return PostgresStatement(
            JournalWriter.insertEvents, PendingEvent.columns([event]) + [.array(.uuid, [.id(run.record.id)])])
    }

    /// Does nothing when the delivery is known already.
    func beginning(of run: NewRun, with data: BlobStore.Stored) -> PostgresStatement {
        PostgresStatement(
            Self.begin,
            [
                .id(run.record.tenant), .id(run.record.id), .moment(run.record.createdAt),
                .word(JournalEntry.Kind.runStarted), data.data, data.blobs,
            ])
    }

    private static let begin = """
        insert into run_journal (tenant_id, run_id, seq, at, kind, node, path, attempt, data, blobs, epoch)
        select $1, $2, 1, $3, $4, '', '', 0, $5, $6, 0
        where exists (select 1 from runs where tenant_id = $1 and run_id = $2)
        """

    func selection(of run: NewRun) -> PostgresStatement {
        PostgresStatement(
            Self.selectAccepted,
            [
                .id(run.record.tenant), .id(run.record.id), .id(run.record.workflow),
                .optional(run.deliveryKey, PostgresValue.words),
            ])
    }

    private static let selectAccepted = """
        select \(columns) from runs r
        where tenant_id = $1 and (run_id = $2 or (workflow_id = $3 and delivery_key = $4))
        """
}
