package import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

extension PostgresTaskStore {
    package func tasks(
        in tenant: TenantID, matching filter: TaskFilter, page: PageRequest
    ) async throws -> Page<TaskRecord> {
        let rows = try await pool.rows(
            Self.list,
            [
                .id(tenant), .array(.text, filter.statuses.map { .word($0) }),
                .optional(filter.person, PostgresValue.words), .optional(filter.workflow, PostgresValue.id),
                .optional(filter.run, PostgresValue.id), try page.cursor(TaskTag.self), page.reach,
            ], in: tenant)
        return try page.page(of: rows) { row in
            let task = try Self.record(row)
            return (task, cursor: task.id.description)
        }
    }

    private static let list = """
        select \(columns) from tasks
        where tenant_id = $1 and (cardinality($2::text[]) = 0 or status = any ($2::text[]))
            and ($3::text is null or people @> array[$3::text])
            and ($4::uuid is null or workflow_id = $4::uuid) and ($5::uuid is null or run_id = $5::uuid)
            and ($6::uuid is null or task_id < $6::uuid)
        order by task_id desc limit $7
        """

    package func counts(of person: String, in tenant: TenantID, at now: Timestamp) async throws -> TaskCounts {
        let row = try await pool.rows(
            Self.count, [.id(tenant), .words(person), .moment(now + 86_400_000)], in: tenant
        ).one()
        return TaskCounts(
            open: try row.number("open"), claimed: try row.number("claimed"), dueSoon: try row.number("due_soon"))
    }

    private static let count = """
        select count(*) as open, count(*) filter (where claimant = $2) as claimed,
            count(*) filter (where due_at <= $3) as due_soon
        from tasks where tenant_id = $1 and status = 'open' and people @> array[$2::text]
        """

    package func entries(of id: TaskID, in tenant: TenantID) async throws -> [TaskEntry] {
        try await pool.rows(Self.selectEntries, [.id(tenant), .id(id)], in: tenant).map { row in
            TaskEntry(
                try row.word("kind"), at: try row.moment("at"), by: try row.document("actor"),
                data: try row.document("data"))
        }
    }

    private static let selectEntries = """
        select at, kind, actor, data from task_entries where tenant_id = $1 and task_id = $2 order by seq
        """

    package func due(at now: Timestamp, limit: Int) async throws -> [TaskRecord] {
        try await pool.rows(Self.selectDue, [.moment(now), .number(limit)]).map(Self.record)
    }

    private static let selectDue = """
        select \(columns) from tasks where status = 'open' and due_at <= $1 order by due_at limit $2
        """

    package func orphans(limit: Int) async throws -> [TaskRecord] {
        try await pool.rows(Self.selectOrphans, [.number(limit)]).map(Self.record)
    }

    /// A run that goes on stands in the queue.
    private static let selectOrphans = """
        select \(columns) from tasks t
        where status = 'open' and not exists (
            select from run_queue q where q.tenant_id = t.tenant_id and q.run_id = t.run_id)
        limit $1
        """
}
