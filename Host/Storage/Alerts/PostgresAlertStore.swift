package import PatchbayCore
package import PatchbayPostgres

/// Alerts in PostgreSQL, as people see and change them.
package struct PostgresAlertStore: AlertStore {
    let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func create(_ alert: AlertRule) async throws -> Bool {
        try await pool.transaction(in: alert.tenant) { connection in
            try await beginCounting(for: alert.id, in: alert.tenant, over: connection)
            let parameters =
                [.id(alert.tenant), .id(alert.id)] + AlertRows.parameters(of: alert.draft) + [
                    .bool(alert.isEnabled), .moment(alert.createdAt), .document(alert.state.json),
                    .number(AlertLimits.most),
                ]
            return try await connection.query(Self.insert, parameters).affected > 0
        }
    }

    private static let insert = """
        insert into alert_rules (
            tenant_id, alert_id, name, workflow_id, tag, condition, targets, quiet_ms, is_enabled, version, since, state,
            next_at, created_at, updated_at)
        select $1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11, case when $9 then $10 end, $10, $10
        where (select count(*) from alert_rules where tenant_id = $1) < $12
        """

    /// The first alert of a tenant, or the first that is switched on again, counts from here on: nobody went through the
    /// changes before.
    private func beginCounting(
        for alert: AlertID, in tenant: TenantID, over connection: PostgresConnection
    ) async throws {
        let others = try await connection.query(Self.selectOthers, [.id(tenant), .id(alert)])
        guard others.isEmpty else { return }
        let horizon = UInt64(try await connection.query(PostgresRunStore.selectHorizon, []).one().text("horizon")) ?? 0
        _ = try await connection.query(
            Self.begin,
            [.id(tenant), .word(RunWatcher.alerts), .words(RunChange.Cursor.behind(transaction: horizon).text)])
    }

    private static let selectOthers = """
        select 1 from alert_rules where tenant_id = $1 and alert_id <> $2 and is_enabled limit 1
        """

    private static let begin = """
        insert into run_watchers (tenant_id, watcher, cursor) values ($1, $2, $3)
        on conflict (tenant_id, watcher) do update set cursor = excluded.cursor
        """

    package func change(
        _ id: AlertID, in tenant: TenantID, to draft: AlertDraft, expecting: Int?, isAnew: Bool, at: Timestamp
    ) async throws -> AlertRule? {
        let parameters =
            [.id(tenant), .id(id)] + AlertRows.parameters(of: draft) + [
                .optional(expecting, PostgresValue.number), .bool(isAnew), .moment(at),
                .document(AlertState().json),
            ]
        let changed = try await pool.rows(Self.update, parameters, in: tenant).first.map(AlertRows.rule)
        if changed == nil { try await check(expecting, id, tenant) }
        return changed
    }

    private static let update = """
        update alert_rules set name = $3, workflow_id = $4, tag = $5, condition = $6, targets = $7, quiet_ms = $8,
            version = version + 1, since = case when $10 then $11 else since end,
            state = case when $10 then $12 else state end, value = case when not $10 then value end,
            judged_at = case when not $10 then judged_at end, next_at = case when is_enabled then $11 end, updated_at = $11
        where tenant_id = $1 and alert_id = $2 and ($9::bigint is null or version = $9)
        returning \(AlertRows.columns)
        """

    package func setEnabled(
        _ isEnabled: Bool, _ id: AlertID, in tenant: TenantID, at: Timestamp
    ) async throws -> AlertRule? {
        try await pool.transaction(in: tenant) { connection in
            if isEnabled { try await beginCounting(for: id, in: tenant, over: connection) }
            let changed = try await connection.query(
                Self.enable,
                [.id(tenant), .id(id), .bool(isEnabled), .moment(at), .document(AlertState().json)])
            return try changed.first.map(AlertRows.rule)
        }
    }

    private static let enable = """
        update alert_rules set is_enabled = $3,
            version = case when is_enabled = $3 then version else version + 1 end,
            since = case when is_enabled = $3 then since else $4 end,
            state = case when is_enabled = $3 then state else $5 end,
            value = case when is_enabled = $3 then value end, judged_at = case when is_enabled = $3 then judged_at end,
            next_at = case when is_enabled = $3 then next_at when $3 then $4 end,
            updated_at = case when is_enabled = $3 then updated_at else $4 end
        where tenant_id = $1 and alert_id = $2
        returning \(AlertRows.columns)
        """

    package func delete(_ id: AlertID, in tenant: TenantID, expecting: Int?) async throws -> Bool {
        let isGone =
            try await pool.rows(
                Self.remove, [.id(tenant), .id(id), .optional(expecting, PostgresValue.number)], in: tenant
            ).affected > 0
        if !isGone { try await check(expecting, id, tenant) }
        return isGone
    }

    private static let remove = """
        delete from alert_rules where tenant_id = $1 and alert_id = $2 and ($3::bigint is null or version = $3)
        """

    private func check(_ expecting: Int?, _ id: AlertID, _ tenant: TenantID) async throws {
        guard let expecting, let present = try await alert(id, in: tenant) else { return }
        throw StoreConflict.versionMoved(expected: expecting, current: present.version)
    }

    package func alert(_ id: AlertID, in tenant: TenantID) async throws -> AlertRule? {
        try await pool.rows(Self.select, [.id(tenant), .id(id)], in: tenant).first.map(AlertRows.rule)
    }

    private static let select = "select \(AlertRows.columns) from alert_rules where tenant_id = $1 and alert_id = $2"

    package func alerts(
        in tenant: TenantID, of workflow: WorkflowID?, page: PageRequest
    ) async throws -> Page<AlertRule> {
        let rows = try await pool.rows(
            Self.list,
            [.id(tenant), .optional(workflow, PostgresValue.id), page.cursor(AlertTag.self), page.reach], in: tenant)
        return try page.page(of: rows) { row in
            let rule = try AlertRows.rule(row)
            return (rule, rule.id.description)
        }
    }

    private static let list = """
        select \(AlertRows.columns) from alert_rules
        where tenant_id = $1 and ($2::uuid is null or workflow_id = $2) and ($3::uuid is null or alert_id < $3)
        order by alert_id desc limit $4
        """
}
