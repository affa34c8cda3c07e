package import PatchbayCore
import PatchbayPostgres

/// What operators decide: whether a workflow runs, and what a tenant may have.
extension PostgresRunQueue {
    package func pause(
        _ workflow: WorkflowID, in tenant: TenantID, holding: Bool, at moment: Timestamp
    ) async throws -> Bool {
        let results = try await pool.pipeline(
            [
                PostgresStatement(
                    Self.setStatus, [.id(tenant), .id(workflow), .word(WorkflowRecord.Status.paused), .moment(moment)]),
                PostgresStatement(Self.holdSchedules, [.id(tenant), .id(workflow)]),
                PostgresStatement(Self.holdPolls, [.id(tenant), .id(workflow)]),
                PostgresStatement(
                    PostgresWorkflowStore.pauseSubscriptions, [.id(tenant), .id(workflow), .moment(moment)]),
                PostgresStatement(Self.stop, [.id(tenant), .id(workflow), .bool(holding)]),
            ], in: tenant)
        return results[0].affected > 0
    }

    package func resume(_ workflow: WorkflowID, in tenant: TenantID, at moment: Timestamp) async throws -> Bool {
        let results = try await pool.pipeline(
            [
                PostgresStatement(
                    Self.setStatus, [.id(tenant), .id(workflow), .word(WorkflowRecord.Status.active), .moment(moment)]),
                PostgresStatement(Self.freeSchedules, [.id(tenant), .id(workflow), .moment(moment)]),
                PostgresStatement(Self.freePolls, [.id(tenant), .id(workflow), .moment(moment)]),
                PostgresStatement(
                    PostgresWorkflowStore.resumeSubscriptions, [.id(tenant), .id(workflow), .moment(moment)]),
                PostgresStatement(Self.goOn, [.id(tenant), .id(workflow)]),
            ], in: tenant)
        return results[0].affected > 0
    }

    private static let setStatus = """
        update workflows set status = $3, updated_at = $4
        where tenant_id = $1 and workflow_id = $2 and deleted_at is null
        """

    /// Before the queue is changed: whoever deals with a schedule holds its row while its runs are stored.
    private static let holdSchedules = """
        update schedules set is_held = true, next_time = null, next_at = null where tenant_id = $1 and workflow_id = $2
        """

    /// What a schedule would have done meanwhile is not made up for.
    private static let freeSchedules = """
        update schedules set is_held = false, after = greatest(after, $3), next_time = null,
            next_at = case when not is_paused then $3 end
        where tenant_id = $1 and workflow_id = $2 and is_held
        """

    /// What is being polled now is stored all the same.
    private static let holdPolls = """
        update polls set is_held = true, next_at = null where tenant_id = $1 and workflow_id = $2
        """

    private static let freePolls = """
        update polls set is_held = false, claim = null, next_at = $3
        where tenant_id = $1 and workflow_id = $2 and is_held
        """

    /// Runs that nobody has taken on yet wait; those that have begun only where they are to be held. One that somebody wants
    /// cancelled goes on until it is.
    private static let stop = """
        update run_queue set
            state = case
                when worker is null and cancel_requested_at is null and state in ('ready', 'limited')
                    and ($3 or epoch = 0) then 'paused'
                else state end,
            is_held = is_held or ($3 and cancel_requested_at is null)
        where tenant_id = $1 and workflow_id = $2
        """

    /// A run without its place in a group waits for that; the next look at the groups admits it.
    private static let goOn = """
        update run_queue set
            state = case when state <> 'paused' then state when is_admitted then 'ready' else 'limited' end,
            is_held = false
        where tenant_id = $1 and workflow_id = $2
        """

    package func share(of tenant: TenantID) async throws -> TenantShare {
        guard let row = try await pool.rows(Self.selectShare, [.id(tenant)], in: tenant).first else {
            return TenantShare()
        }
        return try TenantShare(
            weight: row.number("weight"), concurrency: row.present("concurrency", row.int).map(Int.init),
            labels: row.text("labels").split(separator: ",").map(String.init))
    }

    private static let selectShare = """
        select weight, concurrency, array_to_string(labels, ',') as labels from tenant_shares where tenant_id = $1
        """

    package func setShare(_ share: TenantShare, of tenant: TenantID) async throws {
        _ = try await pool.rows(
            Self.upsertShare,
            [
                .id(tenant), .number(share.weight), .optional(share.concurrency, PostgresValue.number),
                .array(.text, WorkerLabel.sorted(share.labels).map { .text($0) }),
            ], in: tenant)
    }

    private static let upsertShare = """
        insert into tenant_shares (tenant_id, weight, concurrency, labels) values ($1, $2, $3, $4)
        on conflict (tenant_id) do update
        set weight = excluded.weight, concurrency = excluded.concurrency, labels = excluded.labels
        """
}
