package import PatchbayCore
package import PatchbayJSON
package import PatchbayPostgres

/// Schedules in PostgreSQL, as people see and change them.
package struct PostgresScheduleStore: ScheduleStore {
    let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func create(_ schedule: ScheduleRecord) async throws {
        let values: [PostgresValue] = [
            .id(schedule.tenant), .id(schedule.id), .id(schedule.workflow),
            .optional(schedule.node, PostgresValue.words), .words(schedule.name), .document(schedule.spec),
            .bool(schedule.isPaused), .moment(schedule.createdAt),
        ]
        try await pool.transaction(in: schedule.tenant) { connection in
            try await PostgresWorkflowStore.limitingTriggers(of: schedule.tenant, over: connection) {
                _ = try await connection.query(Self.insert, values)
            }
        }
    }

    /// Whoever deals with schedules reckons its first time.
    private static let insert = """
        insert into schedules (
            tenant_id, schedule_id, workflow_id, node, is_declared, name, spec, is_paused, is_held, after, next_at,
            created_at, updated_at)
        select $1, $2, $3, $4, false, $5, $6, $7, held.is_held, $8, case when not ($7 or held.is_held) then $8 end, $8, $8
        from (select exists (
            select from workflows where tenant_id = $1 and workflow_id = $3 and status = 'paused'
        ) as is_held) held
        """

    package func change(
        _ id: ScheduleID, in tenant: TenantID, name: String, node: String?, spec: JSON, at: Timestamp
    ) async throws -> ScheduleRecord? {
        try await pool.rows(
            Self.update,
            [
                .id(tenant), .id(id), .words(name), .optional(node, PostgresValue.words), .document(spec), .moment(at),
            ], in: tenant
        ).first.map(Self.record)
    }

    private static let update = """
        update schedules set name = $3, node = $4, spec = $5, after = greatest(after, $6), next_time = null,
            next_at = case when not (is_paused or is_held) then $6 end, problem = null, updated_at = $6
        where tenant_id = $1 and schedule_id = $2 and not is_declared
        returning \(columns)
        """

    package func delete(_ id: ScheduleID, in tenant: TenantID) async throws -> Bool {
        try await pool.rows(Self.remove, [.id(tenant), .id(id)], in: tenant).affected > 0
    }

    private static let remove = """
        delete from schedules where tenant_id = $1 and schedule_id = $2 and not is_declared
        """

    package func setPaused(
        _ isPaused: Bool, _ id: ScheduleID, in tenant: TenantID, at: Timestamp
    ) async throws -> ScheduleRecord? {
        try await pool.rows(Self.pause, [.id(tenant), .id(id), .bool(isPaused), .moment(at)], in: tenant)
            .first.map(Self.record)
    }

    /// One that is as it is to be is not touched.
    private static let pause = """
        update schedules set is_paused = $3,
            after = case when is_paused = $3 then after else greatest(after, $4) end,
            next_time = case when is_paused = $3 then next_time end,
            next_at = case when is_paused = $3 then next_at when not ($3 or is_held) then $4 end,
            updated_at = case when is_paused = $3 then updated_at else $4 end
        where tenant_id = $1 and schedule_id = $2
        returning \(columns)
        """

    package func schedule(_ id: ScheduleID, in tenant: TenantID) async throws -> ScheduleRecord? {
        try await pool.rows(Self.select, [.id(tenant), .id(id)], in: tenant).first.map(Self.record)
    }

    private static let select = "select \(columns) from schedules where tenant_id = $1 and schedule_id = $2"

    package func schedules(
        in tenant: TenantID, of workflow: WorkflowID?, page: PageRequest
    ) async throws -> Page<ScheduleRecord> {
        let rows = try await pool.rows(
            Self.list,
            [.id(tenant), .optional(workflow, PostgresValue.id), page.cursor(ScheduleTag.self), page.reach], in: tenant)
        return try page.page(of: rows) { row in
            let record = try Self.record(row)
            return (record, record.id.description)
        }
    }

    private static let list = """
        select \(columns) from schedules
        where tenant_id = $1 and ($2::uuid is null or workflow_id = $2) and ($3::uuid is null or schedule_id < $3)
        order by schedule_id desc limit $4
        """

    static let columns = """
        tenant_id, schedule_id, workflow_id, node, is_declared, name, spec, is_paused, is_held, after, next_time, next_at, \
        last_run_id, problem, created_at, updated_at
        """

    static func record(_ row: PostgresRow) throws -> ScheduleRecord {
        try ScheduleRecord(
            id: row.id("schedule_id"), tenant: row.id("tenant_id"), workflow: row.id("workflow_id"),
            node: row.present("node", row.text), isDeclared: row.bool("is_declared"), name: row.text("name"),
            spec: row.document("spec"), isPaused: row.bool("is_paused"), isHeld: row.bool("is_held"),
            after: row.moment("after"), nextTime: row.optionalMoment("next_time"),
            nextAt: row.optionalMoment("next_at"), lastRun: row.optionalID("last_run_id"),
            problem: row.present("problem", row.text), createdAt: row.moment("created_at"),
            updatedAt: row.moment("updated_at"))
    }
}
