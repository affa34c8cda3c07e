package import PatchbayCore
import PatchbayPostgres

extension PostgresWorkflowStore {
    package func webhook(
        at endpoint: String
    ) async throws -> (webhook: WebhookRecord, version: WorkflowVersion)? {
        // Two lookups, because the webhooks are one undistributed table and the versions belong to tenants; and because
        // nothing can be seen before it is known whose it is.
        guard let row = try await pool.rows(Self.selectWebhook, [.words(endpoint)]).first else { return nil }
        let webhook = try PostgresWebhookStore.record(row)
        let newest = try await pool.rows(
            Self.selectNewest, [.id(webhook.tenant), .id(webhook.workflow)], in: webhook.tenant
        ).first
        return try newest.map { (webhook, try Self.version($0)) }
    }

    static let selectWebhook = """
        select \(PostgresWebhookStore.columns) from webhook_at($1)
        """

    static let selectNewest = """
        select v.workflow_id, v.version, v.document, v.created_at
        from workflow_versions v join workflows w using (tenant_id, workflow_id, version)
        where v.tenant_id = $1 and v.workflow_id = $2 and w.deleted_at is null
        """

    /// Stores what triggers declare; an endpoint that the workflow has already stays what it is otherwise. Throws
    /// `StoreConflict.endpointTaken` with the first endpoint that another workflow has, or that is given twice.
    static func insert(_ webhooks: [WebhookRecord], over connection: PostgresConnection) async throws {
        for webhook in webhooks {
            let known = try await connection.query(
                moveWebhook,
                [.words(webhook.endpoint), .id(webhook.tenant), .id(webhook.workflow), .words(webhook.node)])
            if known.affected > 0 { continue }
            let rows = try await connection.query(
                insertWebhook,
                [
                    .words(webhook.endpoint), .id(webhook.tenant), .id(webhook.id), .id(webhook.workflow),
                    .words(webhook.node),
                ])
            if rows.affected == 0 { throw StoreConflict.endpointTaken(webhook.endpoint) }
        }
    }

    static let moveWebhook = """
        update webhooks set node = $4, revision = revision + 1
        where endpoint = $1 and tenant_id = $2 and workflow_id = $3 and not is_made and not is_subscribed
        """

    static let insertWebhook = """
        insert into webhooks (endpoint, tenant_id, webhook_id, workflow_id, node) values ($1, $2, $3, $4, $5)
        on conflict (endpoint) do nothing
        """

    /// Those that no trigger declares any more.
    static let deleteUndeclared = """
        delete from webhooks
        where tenant_id = $1 and workflow_id = $2 and not is_made and not is_subscribed and endpoint <> all ($3::text[])
        """

    static let deleteWebhooks = "delete from webhooks where tenant_id = $1 and workflow_id = $2"
}
