package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// Runs in PostgreSQL, as the API uses them.
package struct PostgresRunStore: RunStore {
    let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func accept(_ run: NewRun) async throws -> RunRecord {
        let record = run.record
        let results = try await pool.pipeline([
            PostgresStatement(
                Self.insert,
                [
                    .id(record.tenant), .id(record.id), .id(record.workflow), .number(record.version),
                    .words(record.workflowName), .word(record.status), .words(record.trigger),
                    .optional(run.deliveryKey, PostgresValue.words), .moment(record.createdAt),
                ]),
            // These two do nothing when the delivery is known already.
            PostgresStatement(Self.enqueue, [.id(record.tenant), .id(record.id), .moment(record.createdAt)]),
            PostgresStatement(
                Self.begin,
                [
                    .id(record.tenant), .id(record.id), .moment(record.createdAt),
                    .word(JournalEntry.Kind.runStarted), .document(["trigger": run.trigger]),
                ]),
            PostgresStatement(
                Self.selectAccepted,
                [
                    .id(record.tenant), .id(record.id), .id(record.workflow),
                    .optional(run.deliveryKey, PostgresValue.words),
                ]),
        ])
        return try Self.record(results[3].one())
    }

    private static let insert = """
        insert into runs (
            tenant_id, run_id, workflow_id, version, workflow_name, status, trigger, delivery_key, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (tenant_id, workflow_id, delivery_key) where delivery_key is not null do nothing
        """

    private static let enqueue = """
        insert into run_queue (tenant_id, run_id, due_at)
        select $1, $2, $3 where exists (select 1 from runs where tenant_id = $1 and run_id = $2)
        """

    private static let begin = """
        insert into run_journal (tenant_id, run_id, seq, at, kind, node, path, attempt, data, epoch)
        select $1, $2, 1, $3, $4, '', '', 0, $5, 0
        where exists (select 1 from runs where tenant_id = $1 and run_id = $2)
        """

    private static let selectAccepted = """
        select \(columns) from runs r
        where tenant_id = $1 and (run_id = $2 or (workflow_id = $3 and delivery_key = $4))
        """

    package func run(_ id: RunID, in tenant: TenantID) async throws -> RunRecord? {
        try await pool.rows(Self.select, [.id(tenant), .id(id)]).first.map(Self.record)
    }

    private static let select = "select \(columns) from runs r where tenant_id = $1 and run_id = $2"

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
