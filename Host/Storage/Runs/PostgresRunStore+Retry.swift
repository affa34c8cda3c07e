package import PatchbayCore
import PatchbayPostgres

/// Runs that repeat others, and those that nobody has repeated yet.
extension PostgresRunStore {
    /// Stores a run that repeats another, with what it takes over, and notes that with the other.
    func accept(_ run: NewRun, repeating fork: RunFork) async throws -> RunRecord {
        let data = try await blobs.store(
            [run.started] + fork.entries, of: run.record.id, in: run.record.tenant)
        return try await pool.transaction(in: run.record.tenant) { connection in
            // Before anything else, so that of two who want to repeat a run once, one waits for the other.
            let original = try await connection.query(
                Self.lockOriginal, [.id(run.record.tenant), .id(fork.original)]
            ).first
            let isRetried = try original?.bool("is_retried") ?? false
            let stored: RunRecord
            if let group = run.placement.group {
                stored = try await accept(run, data[0], in: group, over: connection)
            } else {
                let results = try await connection.pipeline([
                    insertion(of: run), enqueueing(run, state: .ready), beginning(of: run, with: data[0]),
                    selection(of: run),
                ])
                stored = try Self.record(results[3].one())
            }
            // Known already under its key, or dropped by its group: nothing is repeated by it.
            guard stored.id == run.record.id, !stored.status.isTerminal else { return stored }
            if fork.isOnce, isRetried { throw StoreConflict.alreadyRetried(fork.original) }
            _ = try await connection.pipeline([
                PostgresStatement(
                    JournalWriter.insertFreeEntries,
                    WriteBatch.entryColumns(RunAcceptance.forked(run, data: Array(data.dropFirst())))),
                PostgresStatement(
                    Self.markRetried, [.id(run.record.tenant), .id(fork.original), .id(run.record.id)]),
            ])
            return stored
        }
    }

    private static let lockOriginal = """
        select retried_by is not null as is_retried from runs where tenant_id = $1 and run_id = $2 for update
        """

    private static let markRetried = "update runs set retried_by = $3 where tenant_id = $1 and run_id = $2"

    package func dismiss(_ runs: [RunID], in tenant: TenantID, at moment: Timestamp) async throws -> [RunID] {
        try await pool.rows(
            Self.dismissDead, [.id(tenant), .array(.uuid, runs.map(PostgresValue.id)), .moment(moment)], in: tenant
        ).map { try $0.id("run_id") }
    }

    private static let dismissDead = """
        update runs r set dismissed_at = $3
        where r.tenant_id = $1 and r.run_id = any ($2::uuid[]) and \(RunConditions.deadLetter)
        returning r.run_id
        """
}
