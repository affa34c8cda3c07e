package import PatchbayCore
package import PatchbayPostgres

/// Schedules of all tenants in PostgreSQL, as hosts deal with them.
package struct PostgresDueSchedules: DueSchedules {
    /// Firings that are deleted in one statement.
    private static let forgottenAtOnce = 5_000

    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func nextDue() async throws -> Timestamp? {
        try await pool.rows(Self.selectNext, []).first.flatMap { try $0.optionalMoment("next_at") }
    }

    private static let selectNext = "select min(next_at) as next_at from schedules where next_at is not null"

    package func deal(
        at moment: Timestamp, limit: Int, _ body: @Sendable ([DueSchedule]) async throws -> [ScheduleAdvance]
    ) async throws -> Int {
        try await pool.transaction { connection in
            let results = try await connection.pipeline([
                // A host that hangs without dying does not keep the others from them for ever.
                PostgresStatement("set local idle_in_transaction_session_timeout = '30s'"),
                PostgresStatement(Self.take, [.moment(moment), .number(limit)]),
            ])
            let rows = results[1]
            guard !rows.isEmpty else { return 0 }
            let records = try rows.map(PostgresScheduleStore.record)
            let workflows = try await workflows(of: records, over: connection)
            let due = try zip(rows, records).map { row, record in
                try DueSchedule(
                    record: record, workflow: workflows[record.workflow], isRunning: row.bool("is_running"),
                    isSuspended: row.bool("is_suspended"))
            }
            try await store(try await body(due), over: connection)
            return records.count
        }
    }

    /// Both tables that it looks into stay on one server as this one does.
    private static let take = """
        select \(PostgresScheduleStore.columns),
            exists (
                select from run_queue q where q.tenant_id = s.tenant_id and q.run_id = s.last_run_id) as is_running,
            exists (
                select from tenant_shares t where t.tenant_id = s.tenant_id and t.is_suspended) as is_suspended
        from schedules s where next_at <= $1 order by next_at limit $2 for update of s skip locked
        """

    private func workflows(
        of records: [ScheduleRecord], over connection: PostgresConnection
    ) async throws -> [WorkflowID: WorkflowRecord] {
        let rows = try await connection.query(
            Self.selectWorkflows,
            [.array(.uuid, records.map { .id($0.tenant) }), .array(.uuid, records.map { .id($0.workflow) })])
        let found = try rows.map(PostgresWorkflowStore.record)
        return Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    static let selectWorkflows = """
        select \(PostgresWorkflowStore.columns) from workflows
            join (select distinct * from unnest($1::uuid[], $2::uuid[]) as wanted (tenant_id, workflow_id)) wanted
            using (tenant_id, workflow_id)
        where deleted_at is null
        """

    private func store(_ advances: [ScheduleAdvance], over connection: PostgresConnection) async throws {
        let firings = advances.flatMap { advance in advance.firings.map { (advance.tenant, $0) } }
        var statements: [PostgresStatement] = []
        if !firings.isEmpty {
            statements.append(
                PostgresStatement(PostgresScheduleStore.insertFirings, PostgresScheduleStore.columns(of: firings)))
        }
        statements.append(
            PostgresStatement(
                Self.advance,
                [
                    .array(.uuid, advances.map { .id($0.tenant) }), .array(.uuid, advances.map { .id($0.schedule) }),
                    .array(.timestamp, advances.map { .moment($0.after) }),
                    .array(.timestamp, advances.map { .optional($0.nextTime, PostgresValue.moment) }),
                    .array(.timestamp, advances.map { .optional($0.nextAt, PostgresValue.moment) }),
                    .array(.uuid, advances.map { .optional($0.lastRun, PostgresValue.id) }),
                    .array(.text, advances.map { .optional($0.problem, PostgresValue.words) }),
                ]))
        _ = try await connection.pipeline(statements)
    }

    private static let advance = """
        update schedules s set after = new.after, next_time = new.next_time, next_at = new.next_at,
            last_run_id = coalesce(new.last_run_id, s.last_run_id), problem = new.problem
        from unnest(
            $1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::uuid[], $7::text[])
            as new (tenant_id, schedule_id, after, next_time, next_at, last_run_id, problem)
        where s.tenant_id = new.tenant_id and s.schedule_id = new.schedule_id
        """

    package func forget(before moment: Timestamp) async throws -> Int {
        try await pool.rows(Self.deleteOld, [.moment(moment), .number(Self.forgottenAtOnce)]).affected
    }

    private static let deleteOld = """
        delete from schedule_firings f using (
            select tenant_id, schedule_id, time from schedule_firings where at < $1 order by at limit $2
        ) old
        where f.tenant_id = old.tenant_id and f.schedule_id = old.schedule_id and f.time = old.time
        """
}
