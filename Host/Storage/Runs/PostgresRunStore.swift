package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// Runs in PostgreSQL, as the API uses them.
package struct PostgresRunStore: RunStore {
    let pool: PostgresPool
    let writer: JournalWriter
    let blobs: BlobStore
    let lacking: LackingConnectors
    let meter: UsageMeter
    let allowances: TenantAllowances

    /// Shares the writer of the process's journal, and keeps large values as that does.
    package init(_ pool: PostgresPool, journal: PostgresJournal) {
        self.pool = pool
        writer = journal.writer
        blobs = journal.blobs
        lacking = journal.lacking
        meter = journal.meter
        allowances = journal.allowances
    }

    package func run(_ id: RunID, in tenant: TenantID) async throws -> RunRecord? {
        try await pool.rows(Self.select, [.id(tenant), .id(id)], in: tenant).first.map(Self.record)
    }

    static let select = "select \(columns) from runs r where tenant_id = $1 and run_id = $2"

    /// Of the table `runs` under the name `r`.
    static let columns = """
        r.tenant_id, r.run_id, r.workflow_id, r.workflow_name, r.version, r.status, r.trigger, r.created_at,
            r.started_at, r.finished_at, r.error, r.retry_of, r.retried_by
        """

    static func record(_ row: PostgresRow) throws -> RunRecord {
        try RunRecord(
            id: row.id("run_id"), tenant: row.id("tenant_id"), workflow: row.id("workflow_id"),
            workflowName: row.text("workflow_name"), version: row.number("version"), status: row.word("status"),
            trigger: row.text("trigger"), createdAt: row.moment("created_at"),
            startedAt: row.optionalMoment("started_at"), finishedAt: row.optionalMoment("finished_at"),
            error: row.document("error"), retryOf: row.optionalID("retry_of"),
            retriedBy: row.optionalID("retried_by"))
    }
}
