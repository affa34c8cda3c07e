package import PatchbayCore
import PatchbayPostgres

extension PostgresWorkflowStore {
    package func webhook(
        at endpoint: String
    ) async throws -> (webhook: WebhookRecord, version: WorkflowVersion)? {
        // Two lookups, because the webhooks are one undistributed table and the versions belong to tenants; and because
        // nothing can be seen before it is known whose it is.
        guard let row = try await pool.rows(Self.selectWebhook, [.words(endpoint)]).first else { return nil }
        let webhook = try WebhookRecord(
            id: row.id("webhook_id"), tenant: row.id("tenant_id"), workflow: row.id("workflow_id"),
            endpoint: row.text("endpoint"), node: row.text("node"))
        let newest = try await pool.rows(
            Self.selectNewest, [.id(webhook.tenant), .id(webhook.workflow)], in: webhook.tenant
        ).first
        return try newest.map { (webhook, try Self.version($0)) }
    }

    static let selectWebhook = """
        select endpoint, tenant_id, webhook_id, workflow_id, node from webhook_at($1)
        """

    static let selectNewest = """
        select v.workflow_id, v.version, v.document, v.created_at
        from workflow_versions v join workflows w using (tenant_id, workflow_id, version)
        where v.tenant_id = $1 and v.workflow_id = $2 and w.deleted_at is null
        """

    /// Throws `StoreConflict.endpointTaken` with the first endpoint that another workflow has, or that is given twice.
    static func insert(_ webhooks: [WebhookRecord], over connection: PostgresConnection) async throws {
        for webhook in webhooks {
            let rows = try await connection.query(
                insertWebhook,
                [
                    .words(webhook.endpoint), .id(webhook.tenant), .id(webhook.id), .id(webhook.workflow),
                    .words(webhook.node),
                ])
            if rows.affected == 0 { throw StoreConflict.endpointTaken(webhook.endpoint) }
        }
    }

    static let insertWebhook = """
        insert into webhooks (endpoint, tenant_id, webhook_id, workflow_id, node) values ($1, $2, $3, $4, $5)
        on conflict (endpoint) do nothing
        """

    static let deleteWebhooks = "delete from webhooks where tenant_id = $1 and workflow_id = $2"
}
