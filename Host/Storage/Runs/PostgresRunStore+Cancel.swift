package import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

extension PostgresRunStore {
    package func requestCancel(_ id: RunID, in tenant: TenantID, at: Timestamp) async throws -> Bool {
        try await pool.transaction { connection in
            // A run that has ended is not in the queue.
            guard let row = try await connection.query(Self.lockQueued, [.id(tenant), .id(id)]).first else {
                return false
            }
            guard try row.bool("is_free") else {
                _ = try await connection.query(Self.askWorker, [.id(tenant), .id(id), .moment(at)])
                return true
            }
            // Nobody works on it, so it ends here and now.
            let kinds: [JournalEntry.Kind] = [.cancelRequested, .runCancelled]
            _ = try await connection.pipeline([
                PostgresStatement(
                    Self.appendUnleased,
                    [.id(tenant), .id(id), .moment(at), .array(.text, kinds.map(PostgresValue.word))]),
                PostgresStatement(
                    Self.end, [.id(tenant), .id(id), .word(RunStatus.cancelled), .moment(at)]),
                PostgresStatement(Self.dequeue, [.id(tenant), .id(id)]),
            ])
            return true
        }
    }

    private static let lockQueued = """
        select worker is null as is_free from run_queue where tenant_id = $1 and run_id = $2 for update
        """

    private static let askWorker = """
        update run_queue set cancel_requested_at = coalesce(cancel_requested_at, $3)
        where tenant_id = $1 and run_id = $2
        """

    private static let appendUnleased = """
        insert into run_journal (tenant_id, run_id, seq, at, kind, node, path, attempt, data, epoch)
        select $1, $2, (select coalesce(max(seq), 0) from run_journal where tenant_id = $1 and run_id = $2) + place, $3,
            kind, '', '', 0, 'null', 0
        from unnest($4::text[]) with ordinality as new (kind, place)
        """

    private static let end = """
        update runs set status = $3, finished_at = $4 where tenant_id = $1 and run_id = $2
        """

    private static let dequeue = "delete from run_queue where tenant_id = $1 and run_id = $2"
}
