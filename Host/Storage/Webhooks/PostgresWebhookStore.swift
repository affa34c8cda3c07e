package import PatchbayCore
package import PatchbayPostgres

/// Webhooks in PostgreSQL, for those who look after them. Those that triggers declare are stored with their workflows.
package struct PostgresWebhookStore: WebhookStore {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    static let columns = """
        endpoint, tenant_id, webhook_id, workflow_id, node, name, is_made, is_subscribed, is_enabled, filter, per_minute,
        most_bytes, secret, revision
        """

    static func record(_ row: PostgresRow) throws -> WebhookRecord {
        try WebhookRecord(
            id: row.id("webhook_id"), tenant: row.id("tenant_id"), workflow: row.id("workflow_id"),
            endpoint: row.text("endpoint"), node: row.text("node"), name: row.text("name"),
            isMade: row.bool("is_made"), isSubscribed: row.bool("is_subscribed"), isEnabled: row.bool("is_enabled"),
            filter: row.present("filter", row.text),
            perMinute: row.present("per_minute", row.int).map(Int.init),
            mostBytes: row.present("most_bytes", row.int).map(Int.init), secret: row.present("secret", row.text),
            revision: row.number("revision"))
    }

    package func webhooks(
        in tenant: TenantID, of workflow: WorkflowID?, page: PageRequest
    ) async throws -> Page<WebhookRecord> {
        let rows = try await pool.rows(
            Self.list,
            [.id(tenant), .optional(workflow, PostgresValue.id), page.cursor(WebhookTag.self), page.reach], in: tenant)
        return try page.page(of: rows) { row in
            let record = try Self.record(row)
            return (record, record.id.description)
        }
    }

    private static let list = """
        select \(columns) from webhooks
        where tenant_id = $1 and ($2::uuid is null or workflow_id = $2) and ($3::uuid is null or webhook_id < $3)
        order by webhook_id desc limit $4
        """

    package func webhook(_ id: WebhookID, in tenant: TenantID) async throws -> WebhookRecord? {
        try await pool.rows(Self.select, [.id(tenant), .id(id)], in: tenant).first.map(Self.record)
    }

    private static let select = "select \(columns) from webhooks where tenant_id = $1 and webhook_id = $2"

    package func add(_ webhook: WebhookRecord) async throws -> Bool {
        let rows = try await pool.rows(
            Self.insert,
            [
                .words(webhook.endpoint), .id(webhook.tenant), .id(webhook.id), .id(webhook.workflow),
                .words(webhook.node), .words(webhook.name), .bool(webhook.isEnabled),
                .optional(webhook.filter, PostgresValue.words), .optional(webhook.perMinute, PostgresValue.number),
                .optional(webhook.mostBytes, PostgresValue.number), .optional(webhook.secret, PostgresValue.words),
            ], in: webhook.tenant)
        return rows.affected > 0
    }

    /// The workflow is held, so that none that is being deleted gets another.
    private static let insert = """
        insert into webhooks (
            endpoint, tenant_id, webhook_id, workflow_id, node, name, is_made, is_enabled, filter, per_minute, most_bytes,
            secret)
        select $1, $2, $3, f.workflow_id, $5, $6, true, $7, $8::text, $9::bigint, $10::bigint, $11::text
        from (
            select workflow_id from workflows
            where tenant_id = $2 and workflow_id = $4 and deleted_at is null for share) f
        """

    package func change(
        _ id: WebhookID, in tenant: TenantID, _ change: WebhookChange
    ) async throws -> WebhookRecord? {
        try await pool.transaction(in: tenant) { connection in
            let found = try await connection.query(Self.select + " for update", [.id(tenant), .id(id)]).first
            guard let found else { return nil }
            let next = change.applied(to: try Self.record(found))
            let row = try await connection.query(
                Self.update,
                [
                    .id(tenant), .id(id), .words(next.name), .bool(next.isEnabled),
                    .optional(next.filter, PostgresValue.words), .optional(next.perMinute, PostgresValue.number),
                    .optional(next.mostBytes, PostgresValue.number), .optional(next.secret, PostgresValue.words),
                ]
            ).one()
            return try Self.record(row)
        }
    }

    private static let update = """
        update webhooks set name = $3, is_enabled = $4, filter = $5, per_minute = $6, most_bytes = $7, secret = $8,
            revision = revision + 1
        where tenant_id = $1 and webhook_id = $2
        returning \(columns)
        """

    package func remove(_ id: WebhookID, in tenant: TenantID) async throws -> Bool {
        try await pool.rows(Self.delete, [.id(tenant), .id(id)], in: tenant).affected > 0
    }

    private static let delete = "delete from webhooks where tenant_id = $1 and webhook_id = $2 and is_made"
}
