package import PatchbayCore
import PatchbayPostgres

/// The history, and what is on its way there.
extension PostgresDeliveryStore {
    /// Rows of the inbox of one tenant that are claimed at a time, and deliveries that one has at most, about.
    private static let share = 4
    private static let usualBatch = 25
    /// Rows of the inbox that a look into it reads.
    private static let seen = 20

    package func claim(limit: Int, at now: Timestamp, before: Timestamp) async throws -> [StoredDelivery] {
        let rows = try await engine.rows(
            Self.claim,
            [.number(max(Self.share, limit / Self.usualBatch)), .number(Self.share), .moment(before), .moment(now)])
        var batches: [DeliveryBatchID: DeliveryBatch] = [:]
        var found: [StoredDelivery] = []
        for row in rows {
            let tenant = try row.id("tenant_id", of: TenantTag.self)
            let id = try row.id("batch_id", of: DeliveryBatchTag.self)
            let batch = try batches[id] ?? DeliveryBatch(id, of: tenant, count: row.number("count"))
            batches[id] = batch
            found.append(try await delivery(row.bytes("content"), in: tenant, place: DeliveryPlace(batch)))
        }
        return found
    }

    /// Tenants in a new order each time, so that none is always the last.
    private static let claim = """
        with due as (
            select q.* from (select tenant_id from tenants order by random()) t
                cross join lateral (
                    select q.tenant_id, q.batch_id from webhook_inbox q
                    where q.tenant_id = t.tenant_id and q.claimed_at < $3
                    order by q.batch_id limit $2 for update skip locked) q
            limit $1
        ), claimed as (
            update webhook_inbox q set claimed_at = $4 from due
            where q.tenant_id = due.tenant_id and q.batch_id = due.batch_id
            returning q.tenant_id, q.batch_id, cardinality(q.deliveries) as count, q.contents
        )
        select c.tenant_id, c.batch_id, c.count, content
        from claimed c cross join lateral unnest(c.contents) with ordinality as u (content, place)
        order by c.batch_id, place
        """

    /// With its body, wherever that is.
    private func delivery(
        _ content: [UInt8], in tenant: TenantID, place: DeliveryPlace = DeliveryPlace()
    ) async throws -> StoredDelivery {
        var (delivery, digest) = try InboxContent.delivery(content, in: tenant, place: place)
        guard let digest else { return delivery }
        let row = try await engine.rows(Self.selectBody, [.id(tenant), .bytes(digest)], in: tenant).first
        guard let row else { throw StorageError(description: "a delivery names a body that is not in table blobs") }
        delivery.body = try row.bytes("content")
        return delivery
    }

    private static let selectBody = "select content from blobs where tenant_id = $1 and digest = $2"

    package func deliveries(
        to webhook: WebhookID, in tenant: TenantID, verdict: DeliveryVerdict?, page: PageRequest
    ) async throws -> Page<DeliveryRecord> {
        let cursor = try page.cursor(DeliveryTag.self)
        // First what waits: what leaves the inbox meanwhile is in the history then.
        var waiting: [DeliveryRecord] = []
        if verdict ?? .accepted == .accepted {
            waiting = try await self.waiting(in: tenant).map(\.record).filter { record in
                record.webhook == webhook && page.cursor.flatMap { DeliveryID($0) }.map { record.id < $0 } ?? true
            }
        }
        let rows = try await api.rows(
            Self.list,
            [.id(tenant), .id(webhook), .optional(verdict, PostgresValue.word), cursor, page.reach], in: tenant)
        let kept = try rows.map { try DeliveryRows.record($0, isPending: false) }
        let known = Set(kept.map(\.id))
        let all = (kept + waiting.filter { !known.contains($0.id) }).sorted { $0.id > $1.id }
        let items = Array(all.prefix(page.limit))
        return Page(items: items, next: all.count > page.limit ? items.last?.id.description : nil)
    }

    private static let list = """
        select \(DeliveryRows.listed) from webhook_deliveries d
        where d.tenant_id = $1 and d.webhook_id = $2 and ($3::text is null or d.verdict = $3)
            and ($4::uuid is null or d.delivery_id < $4)
        order by d.delivery_id desc limit $5
        """

    /// The newest of a tenant's inbox, without bodies that are kept apart.
    private func waiting(in tenant: TenantID) async throws -> [StoredDelivery] {
        try await api.rows(Self.selectWaiting, [.id(tenant), .number(Self.seen)], in: tenant).map { row in
            try InboxContent.delivery(row.bytes("content"), in: tenant).0
        }
    }

    private static let selectWaiting = """
        select content from (
            select contents from webhook_inbox where tenant_id = $1 order by batch_id desc limit $2) i
            cross join lateral unnest(i.contents) as u (content)
        """

    package func delivery(
        _ id: DeliveryID, to webhook: WebhookID, in tenant: TenantID
    ) async throws -> StoredDelivery? {
        // Before the history, where it comes to from here.
        let waiting = try await api.rows(Self.selectFromInbox, [.id(tenant), .id(id)], in: tenant).first
        let kept = try await api.rows(Self.select, [.id(tenant), .id(webhook), .id(id)], in: tenant).first
        if let kept { return try DeliveryRows.delivery(kept, isPending: false) }
        guard let waiting else { return nil }
        let found = try await delivery(waiting.bytes("content"), in: tenant)
        return found.record.webhook == webhook ? found : nil
    }

    private static let select = """
        select \(DeliveryRows.whole) from webhook_deliveries d
        where d.tenant_id = $1 and d.webhook_id = $2 and d.delivery_id = $3
        """

    /// The inbox holds little: what is in it is looked through.
    private static let selectFromInbox = """
        select contents[array_position(deliveries, $2)] as content from webhook_inbox
        where tenant_id = $1 and $2 = any(deliveries)
        """

    package func promised(_ run: RunID, in tenant: TenantID) async throws -> RunRecord? {
        let row = try await api.rows(Self.selectPromised, [.id(tenant), .id(run)], in: tenant).first
        guard let row else { return nil }
        let (delivery, _) = try InboxContent.delivery(row.bytes("content"), in: tenant)
        let name = try await api.rows(
            Self.selectName, [.id(tenant), .id(delivery.record.workflow)], in: tenant
        ).first?.text("name")
        return RunRecord(
            id: run, tenant: tenant, workflow: delivery.record.workflow, workflowName: name ?? "",
            version: delivery.version, status: .queued, trigger: NodeKind.webhook.rawValue,
            createdAt: delivery.record.receivedAt)
    }

    private static let selectPromised = """
        select contents[array_position(runs, $2)] as content from webhook_inbox
        where tenant_id = $1 and $2 = any(runs)
        """

    private static let selectName = "select name from workflows where tenant_id = $1 and workflow_id = $2"
}
