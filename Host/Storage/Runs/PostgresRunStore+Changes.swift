package import PatchbayCore
import PatchbayPostgres

/// What changed in a tenant's runs, in an order that holds for everybody.
///
/// The order is that of the transactions' numbers. Transactions end in another order than they began, so only changes
/// below the oldest one that is still open are told: nothing can come before them any more. Which one that is, is asked in
/// a statement of its own before the changes are read, since Citus refuses the question beside a distributed table: what was
/// over then is over in the later snapshot too, and what ended in between is told the next time.
extension PostgresRunStore {
    package func changes(
        in tenant: TenantID, after cursor: RunChange.Cursor, limit: Int
    ) async throws -> [RunChange] {
        let horizon = try await horizon()
        let rows = try await pool.rows(
            Self.selectChanges,
            [
                .id(tenant), .words(String(cursor.transaction)), .id(cursor.run), .number(cursor.sequence),
                .words(String(horizon)), .number(limit),
            ], in: tenant)
        return try rows.map { row in
            let run: RunID = try row.id("run_id")
            let transaction = UInt64(try row.text("transaction")) ?? 0
            return try RunChange(
                cursor: RunChange.Cursor(transaction: transaction, run: run, sequence: row.number("seq")), run: run,
                workflow: row.id("workflow_id"), workflowName: row.text("workflow_name"), kind: row.word("kind"),
                at: row.moment("at"), error: row.document("error"))
        }
    }

    /// As the index run_journal_changes names them, which otherwise would not be used.
    static let kinds = RunChange.kinds.map { "'\($0.rawValue)'" }.joined(separator: ", ")

    private static let selectChanges = """
        select j.transaction::text as transaction, j.run_id, j.seq, j.at, j.kind, r.workflow_id, r.workflow_name,
            coalesce(j.data -> 'error', 'null') as error
        from run_journal j join runs r on r.tenant_id = j.tenant_id and r.run_id = j.run_id
        where j.tenant_id = $1 and j.kind in (\(kinds)) and j.transaction < $5::text::xid8
            and (j.transaction, j.run_id, j.seq) > ($2::text::xid8, $3::uuid, $4::bigint)
        order by j.transaction, j.run_id, j.seq limit $6
        """

    package func latestChange(in tenant: TenantID) async throws -> RunChange.Cursor {
        .behind(transaction: try await horizon())
    }

    /// The oldest transaction that may still be under way.
    private func horizon() async throws -> UInt64 {
        try UInt64(await pool.rows(Self.selectHorizon, []).one().text("horizon")) ?? 0
    }

    static let selectHorizon = "select pg_snapshot_xmin(pg_current_snapshot())::text as horizon"
}
