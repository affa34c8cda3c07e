package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// Tasks in PostgreSQL. A change is one statement: the task where its version is the one that was read, what was done, who is
/// to be told, and what the run is to hear; all of it or nothing.
package struct PostgresTaskStore: TaskStore {
    let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func open(_ task: TaskRecord, _ change: TaskChange) async throws -> (task: TaskRecord, isNew: Bool) {
        let rows = try await pool.rows(
            Self.insert, Self.parameters(of: task) + Self.parameters(of: change), in: task.tenant)
        if try rows.one().bool("is_changed") { return (task, true) }
        let there = try await self.task(
            of: task.run, node: task.node, path: task.path, attempt: task.attempt, in: task.tenant)
        guard let there else { throw StorageError(description: "a task that is there cannot be read") }
        return (there, false)
    }

    package func save(_ task: TaskRecord, _ change: TaskChange) async throws -> Bool {
        try await pool.rows(
            Self.update, Self.parameters(of: task) + Self.parameters(of: change), in: task.tenant
        ).one().bool("is_changed")
    }

    /// $1 to $16.
    private static func parameters(of task: TaskRecord) -> [PostgresValue] {
        let state = task.state
        return [
            .id(task.tenant), .id(task.id), .id(task.run), .id(task.workflow), .words(task.workflowName),
            .words(task.node), .words(task.path), .number(task.attempt), .word(state.status),
            .document(state.task.json), .document(state.json), .array(.text, state.people.map { .words($0) }),
            .optional(state.claimant, PostgresValue.words), .number(task.version),
            .moment(state.openedAt), .optional(state.due, PostgresValue.moment),
        ]
    }

    /// $17 to $28.
    private static func parameters(of change: TaskChange) -> [PostgresValue] {
        let (entries, notices, message) = (change.entries, change.notices, change.message)
        return [
            .array(.timestamp, entries.map { .moment($0.at) }), .array(.text, entries.map { .word($0.kind) }),
            .array(.json, entries.map { .document($0.actor) }), .array(.json, entries.map { .document($0.data) }),
            .array(.text, notices.map { .words($0.key) }), .array(.text, notices.map { .word($0.channel) }),
            .array(.text, notices.map { .words($0.recipient) }), .array(.json, notices.map { .document($0.data) }),
            .optional(message?.kind, PostgresValue.word), .optional(message?.id, PostgresValue.words),
            .optional(message?.data, PostgresValue.document), .moment(entries.last?.at ?? Timestamp(milliseconds: 0)),
        ]
    }

    private static let insert = """
        with changed as (
            insert into tasks (tenant_id, task_id, run_id, workflow_id, workflow_name, node, path, attempt, status,
                definition, state, people, claimant, version, opened_at, due_at, closed_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                case when $9 <> 'open' then $28::timestamptz end)
            on conflict (tenant_id, run_id, node, path, attempt) do nothing
            returning tenant_id, task_id, run_id, version
        ), \(following)
        """

    private static let update = """
        with changed as (
            update tasks set status = $9, state = $11, people = $12, claimant = $13, version = $14, due_at = $16,
                closed_at = case when $9 <> 'open' then coalesce(closed_at, $28::timestamptz) end
            where tenant_id = $1 and task_id = $2 and version = $14 - 1
                and run_id = $3 and workflow_id = $4 and workflow_name = $5 and node = $6 and path = $7 and attempt = $8
                and $10::json is not null and $15::timestamptz is not null
            returning tenant_id, task_id, run_id, version
        ), \(following)
        """

    /// The number of an entry is made of the task's version, which no other change has.
    private static let following = """
        listed as (
            insert into task_entries (tenant_id, task_id, seq, at, kind, actor, data)
            select c.tenant_id, c.task_id, c.version * 1000 + e.place, e.at, e.kind, e.actor, e.data
            from changed c cross join unnest($17::timestamptz[], $18::text[], $19::json[], $20::json[])
                with ordinality as e (at, kind, actor, data, place)
        ), noted as (
            insert into notices (tenant_id, key, channel, recipient, data, due_at, created_at)
            select c.tenant_id, n.key, n.channel, n.recipient, n.data, $28::timestamptz, $28::timestamptz
            from changed c cross join unnest($21::text[], $22::text[], $23::text[], $24::json[])
                as n (key, channel, recipient, data)
            on conflict do nothing
        ), addressee as (
            select q.tenant_id, q.run_id from changed c
                join run_queue q on q.tenant_id = c.tenant_id and q.run_id = c.run_id
            where $25::text is not null for update of q
        ), put as (
            insert into run_messages (tenant_id, run_id, kind, message_id, at, data)
            select tenant_id, run_id, $25::text, $26::text, $28::timestamptz, $27::json from addressee
            on conflict do nothing
        ), woken as (
            update run_queue q set \(PostgresRunQueue.woken(at: "$28"))
            from addressee a where q.tenant_id = a.tenant_id and q.run_id = a.run_id
        )
        select exists (select from changed) as is_changed
        """

    // MARK: Reading

    package func task(_ id: TaskID, in tenant: TenantID) async throws -> TaskRecord? {
        try await pool.rows(Self.select, [.id(tenant), .id(id)], in: tenant).first.map(Self.record)
    }

    static let columns = """
        tenant_id, task_id, run_id, workflow_id, workflow_name, node, path, attempt, status, definition, state, version,
        opened_at
        """

    private static let select = "select \(columns) from tasks where tenant_id = $1 and task_id = $2"

    package func task(
        of run: RunID, node: String, path: String, attempt: Int, in tenant: TenantID
    ) async throws -> TaskRecord? {
        try await pool.rows(
            Self.selectOfStep, [.id(tenant), .id(run), .words(node), .words(path), .number(attempt)], in: tenant
        ).first.map(Self.record)
    }

    private static let selectOfStep = """
        select \(columns) from tasks
        where tenant_id = $1 and run_id = $2 and node = $3 and path = $4 and attempt = $5
        """

    static func record(_ row: PostgresRow) throws -> TaskRecord {
        guard let task = HumanTask(stored: try row.document("definition")) else {
            throw StorageError(description: "column definition holds no task that this version knows")
        }
        return TaskRecord(
            id: try row.id("task_id"), tenant: try row.id("tenant_id"), run: try row.id("run_id"),
            workflow: try row.id("workflow_id"), workflowName: try row.text("workflow_name"),
            node: try row.text("node"), path: try row.text("path"), attempt: try row.number("attempt"),
            state: TaskState(
                task, openedAt: try row.moment("opened_at"), status: try row.word("status"),
                stored: try row.document("state")), version: try row.number("version"))
    }
}
