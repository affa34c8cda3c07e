package import Logging
package import PatchbayCore
package import PatchbayPostgres

/// Deliveries in PostgreSQL. What arrives goes through one writer a process; the history is read under the role that serves
/// requests.
package final class PostgresDeliveryStore: DeliveryStore {
    private let engine: PostgresPool
    private let api: PostgresPool
    private let writer: DeliveryWriter
    private let allowances: TenantAllowances
    private let blobs: BlobStore

    /// - Parameter journal: Knows which tenants may start runs.
    package init(engine: PostgresPool, api: PostgresPool, journal: PostgresJournal, log: Logger) {
        self.engine = engine
        self.api = api
        writer = DeliveryWriter(engine.target, log: log)
        allowances = journal.allowances
        blobs = journal.blobs
    }

    package var isPressed: Bool { writer.isPressed }

    package func close() async { await writer.close() }

    package func store(_ delivery: NewDelivery) async throws -> DeliveryStanding {
        let record = delivery.record
        if record.verdict == .accepted { try await allowances.check(record.tenant, at: record.receivedAt) }
        var row = DeliveryRow(new: delivery)
        if let body = row.body, body.count > blobs.threshold {
            // Before the row that names it, and not in the writer's way. When there never is one, it is swept.
            let run = record.run ?? .new(at: record.receivedAt)
            row.digest = try await blobs.keep(body, of: run, in: record.tenant).bytes
        }
        if try await writer.write(row) { return .stored }
        guard let key = DeliveryRows.key(of: record) else { return .moved }
        let first = try await engine.rows(
            Self.selectFirst, [.id(record.tenant), .id(record.webhook), .words(key)]
        ).first
        guard let first else { return .moved }
        return .duplicate(of: try first.id("delivery_id"), run: try first.optionalID("run_id"))
    }

    private static let selectFirst = """
        select delivery_id, run_id from webhook_deliveries where tenant_id = $1 and webhook_id = $2 and key = $3
        """

    package func settle(_ deliveries: [(TenantID, DeliveryID)]) async throws {
        guard !deliveries.isEmpty else { return }
        let sorted = deliveries.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        _ = try await engine.pipeline([
            PostgresStatement(
                Self.dequeue,
                [.array(.uuid, sorted.map { .id($0.0) }), .array(.uuid, sorted.map { .id($0.1) })], isPrepared: true)
        ])
    }

    /// Each by its key.
    private static let dequeue = """
        delete from webhook_queue q where (q.tenant_id, q.delivery_id) in (
            select * from unnest($1::uuid[], $2::uuid[]))
        """

    package func claim(limit: Int, at now: Timestamp, before: Timestamp) async throws -> [StoredDelivery] {
        let rows = try await engine.rows(
            Self.claim, [.number(limit), .number(Self.share), .moment(before), .moment(now)])
        return try rows.map { try DeliveryRows.delivery($0, isPending: true) }
    }

    /// Deliveries of one tenant that are claimed at a time.
    private static let share = 50

    /// Tenants in a new order each time, so that none is always the last.
    private static let claim = """
        with due as (
            select q.* from (select tenant_id from tenants order by random()) t
                cross join lateral (
                    select q.tenant_id, q.delivery_id from webhook_queue q
                    where q.tenant_id = t.tenant_id and q.claimed_at < $3
                    order by q.delivery_id limit $2 for update skip locked) q
            limit $1
        ), claimed as (
            update webhook_queue q set claimed_at = $4 from due
            where q.tenant_id = due.tenant_id and q.delivery_id = due.delivery_id
            returning q.tenant_id, q.webhook_id, q.delivery_id
        )
        select \(DeliveryRows.whole) from claimed c join webhook_deliveries d using (tenant_id, webhook_id, delivery_id)
        order by d.delivery_id
        """

    package func deliveries(
        to webhook: WebhookID, in tenant: TenantID, verdict: DeliveryVerdict?, page: PageRequest
    ) async throws -> Page<DeliveryRecord> {
        let rows = try await api.rows(
            Self.list,
            [
                .id(tenant), .id(webhook), .optional(verdict, PostgresValue.word), page.cursor(DeliveryTag.self),
                page.reach,
            ], in: tenant)
        return try page.page(of: rows) { row in
            let record = try DeliveryRows.record(row, isPending: row.bool("is_pending"))
            return (record, record.id.description)
        }
    }

    private static let isPending = """
        exists (select from webhook_queue q where q.tenant_id = d.tenant_id and q.delivery_id = d.delivery_id)
            as is_pending
        """

    private static let list = """
        select \(DeliveryRows.listed), \(isPending) from webhook_deliveries d
        where d.tenant_id = $1 and d.webhook_id = $2 and ($3::text is null or d.verdict = $3)
            and ($4::uuid is null or d.delivery_id < $4)
        order by d.delivery_id desc limit $5
        """

    package func delivery(
        _ id: DeliveryID, to webhook: WebhookID, in tenant: TenantID
    ) async throws -> StoredDelivery? {
        try await api.rows(Self.select, [.id(tenant), .id(webhook), .id(id)], in: tenant).first.map {
            try DeliveryRows.delivery($0, isPending: $0.bool("is_pending"))
        }
    }

    private static let select = """
        select \(DeliveryRows.whole), \(isPending) from webhook_deliveries d
        where d.tenant_id = $1 and d.webhook_id = $2 and d.delivery_id = $3
        """

    package func promised(_ run: RunID, in tenant: TenantID) async throws -> RunRecord? {
        try await api.rows(Self.selectPromised, [.id(tenant), .id(run)], in: tenant).first.map { row in
            try RunRecord(
                id: run, tenant: tenant, workflow: row.id("workflow_id"), workflowName: row.text("name"),
                version: row.number("version"), status: .queued, trigger: NodeKind.webhook.rawValue,
                createdAt: row.moment("received_at"))
        }
    }

    /// The queue holds little: what is in it is looked through.
    private static let selectPromised = """
        select d.workflow_id, d.version, d.received_at, f.name
        from webhook_queue q
            join webhook_deliveries d using (tenant_id, webhook_id, delivery_id)
            join workflows f using (tenant_id, workflow_id)
        where q.tenant_id = $1 and d.run_id = $2
        """

    package func forget(before: Timestamp, limit: Int) async throws -> Int {
        try await engine.rows(Self.delete, [.moment(before), .number(limit)]).affected
    }

    /// What is still to be started stays.
    private static let delete = """
        delete from webhook_deliveries d using (
            select tenant_id, webhook_id, delivery_id from webhook_deliveries o
            where o.received_at < $1 and not exists (
                select from webhook_queue q where q.tenant_id = o.tenant_id and q.delivery_id = o.delivery_id)
            limit $2) old
        where d.tenant_id = old.tenant_id and d.webhook_id = old.webhook_id and d.delivery_id = old.delivery_id
        """
}
