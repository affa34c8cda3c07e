package import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

extension PostgresRunStore {
    package func requestCancel(_ id: RunID, in tenant: TenantID, at: Timestamp) async throws -> Bool {
        try await pool.transaction(in: tenant) { try await cancel(id, in: tenant, at: at, over: $0) }
    }

    /// False when the run has ended.
    func cancel(
        _ id: RunID, in tenant: TenantID, at moment: Timestamp, over connection: PostgresConnection
    ) async throws -> Bool {
        // A run that has ended is not in the queue.
        guard let row = try await connection.query(Self.lockQueued, [.id(tenant), .id(id)]).first else { return false }
        guard try row.bool("is_untouched") else {
            _ = try await connection.query(Self.askWorker, [.id(tenant), .id(id), .moment(moment)])
            return true
        }
        // Nobody has taken it on yet, so it ends here and now.
        let kinds: [JournalEntry.Kind] = [.cancelRequested, .runCancelled]
        _ = try await connection.pipeline([
            PostgresStatement(
                Self.appendUnleased,
                [
                    .id(tenant), .id(id), .moment(moment), .array(.text, kinds.map(PostgresValue.word)),
                    .array(.json, kinds.map { _ in .document(.null) }),
                ]),
            PostgresStatement(
                Self.end, [.id(tenant), .id(id), .word(RunStatus.cancelled), .moment(moment), .document(.null)]),
            PostgresStatement(Self.dequeue, [.id(tenant), .id(id)]),
            PostgresStatement(Self.tellParent, [.id(tenant), .id(id), .moment(moment)]),
        ])
        return true
    }

    private static let lockQueued = """
        select worker is null and epoch = 0 as is_untouched from run_queue
        where tenant_id = $1 and run_id = $2 for update
        """

    /// A run that waits is taken on to be ended, also where its workflow is paused: it may have to clean up.
    private static let askWorker = """
        update run_queue set cancel_requested_at = coalesce(cancel_requested_at, $3), is_held = false,
            is_signalled = true, state = 'ready', due_at = case when worker is null then least(due_at, $3) else due_at end
        where tenant_id = $1 and run_id = $2
        """

    static let appendUnleased = """
        insert into run_journal (tenant_id, run_id, seq, at, kind, node, path, attempt, data, epoch)
        select $1, $2, (select coalesce(max(seq), 0) from run_journal where tenant_id = $1 and run_id = $2) + place, $3,
            kind, '', '', 0, data, 0
        from unnest($4::text[], $5::json[]) with ordinality as new (kind, data, place)
        """

    static let end = """
        update runs set status = $3, finished_at = $4, error = $5 where tenant_id = $1 and run_id = $2
        """

    private static let tellParent = PostgresRunMessages.tellParents(
        of: "(values ($1::uuid, $2::uuid))", at: "$3::timestamptz")

    private static let dequeue = "delete from run_queue where tenant_id = $1 and run_id = $2"
}
