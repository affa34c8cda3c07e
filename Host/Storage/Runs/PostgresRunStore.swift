package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// Runs in PostgreSQL, as the API uses them.
package struct PostgresRunStore: RunStore {
    let pool: PostgresPool
    let writer: JournalWriter

    /// Shares the writer of the process's journal.
    package init(_ pool: PostgresPool, journal: PostgresJournal) {
        self.pool = pool
        writer = journal.writer
    }

    package func run(_ id: RunID, in tenant: TenantID) async throws -> RunRecord? {
        try await pool.rows(Self.select, [.id(tenant), .id(id)]).first.map(Self.record)
    }

    static let select = "select \(columns) from runs r where tenant_id = $1 and run_id = $2"

    package func runs(
        in tenant: TenantID, workflow: WorkflowID?, status: RunStatus?, page: PageRequest
    ) async throws -> Page<RunRecord> {
        let rows = try await pool.rows(
            Self.list,
            [
                .id(tenant), .optional(workflow, PostgresValue.id), .optional(status, PostgresValue.word),
                page.cursor(RunTag.self), page.reach,
            ])
        return try page.page(of: rows) { row in
            let record = try Self.record(row)
            return (record, record.id.description)
        }
    }

    private static let list = """
        select \(columns) from runs r
        where tenant_id = $1 and ($2::uuid is null or workflow_id = $2) and ($3::text is null or status = $3)
            and ($4::uuid is null or run_id < $4)
        order by run_id desc limit $5
        """

    /// Of the table `runs` under the name `r`.
    static let columns = """
        r.tenant_id, r.run_id, r.workflow_id, r.workflow_name, r.version, r.status, r.trigger, r.created_at,
            r.started_at, r.finished_at, r.error
        """

    static func record(_ row: PostgresRow) throws -> RunRecord {
        try RunRecord(
            id: row.id("run_id"), tenant: row.id("tenant_id"), workflow: row.id("workflow_id"),
            workflowName: row.text("workflow_name"), version: row.number("version"), status: row.word("status"),
            trigger: row.text("trigger"), createdAt: row.moment("created_at"),
            startedAt: row.optionalMoment("started_at"), finishedAt: row.optionalMoment("finished_at"),
            error: row.document("error"))
    }
}
