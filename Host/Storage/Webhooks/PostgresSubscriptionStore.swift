package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// Subscriptions in PostgreSQL, as requests see them.
package struct PostgresSubscriptionStore: SubscriptionStore {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func subscription(_ id: WebhookID, in tenant: TenantID) async throws -> SubscriptionRecord? {
        try await pool.rows(Self.select, [.id(tenant), .id(id)], in: tenant).first.map(Self.record)
    }

    private static let select = """
        select \(columns) from webhook_subscriptions where tenant_id = $1 and webhook_id = $2
        """

    static let columns = """
        tenant_id, webhook_id, workflow_id, node, endpoint, uses, credential, input, secret, goal, stage, url, \
        subscription, failures, error, subscribed_at, next_at, created_at, updated_at
        """

    static func record(_ row: PostgresRow) throws -> SubscriptionRecord {
        let progress = try SubscriptionProgress(
            stage: row.word("stage"), url: row.present("url", row.text),
            subscription: row.present("subscription", row.json).map { _ in try row.document("subscription") },
            failures: row.number("failures"),
            error: row.present("error", row.json).map { _ in try row.document("error") },
            subscribedAt: row.optionalMoment("subscribed_at"))
        return try SubscriptionRecord(
            id: row.id("webhook_id"), tenant: row.id("tenant_id"), workflow: row.id("workflow_id"),
            node: row.text("node"), endpoint: row.text("endpoint"), uses: row.text("uses"),
            credential: row.present("credential", row.text), input: row.document("input"), secret: row.text("secret"),
            goal: row.word("goal"), progress: progress, nextAt: row.optionalMoment("next_at"),
            createdAt: row.moment("created_at"), updatedAt: row.moment("updated_at"))
    }
}
