import PatchbayCore
import PatchbayPostgres

/// How accepted deliveries come into the inbox: those of one tenant that are stored together as one row.
enum DeliveryInbox {
    /// What became of a delivery.
    enum Answer: Sendable {
        /// It is on disk; with the batch that it is in, where that is known for sure.
        case taken(DeliveryBatch?)
        /// One of its name is there, or the webhook or workflow is another by now.
        case notTaken
    }

    /// Of a row, besides its body.
    static let overhead = 1_024

    static func write(
        _ rows: [DeliveryRow], over connection: PostgresConnection, isRepeated: Bool, as id: DeliveryBatchID
    ) async throws -> [Answer] {
        let taken = try await connection.pipeline([
            PostgresStatement(accept, columns(rows, id), isPrepared: true)
        ])[0].map { try $0.id("delivery_id", of: DeliveryTag.self) }
        let known = Set(taken)
        // Of an attempt before whose end nobody knows, more may lie in the row than this one put there.
        guard !isRepeated else { return rows.map { known.contains($0.record.id) ? .taken(nil) : .notTaken } }
        var counts: [TenantID: Int] = [:]
        for row in rows where known.contains(row.record.id) { counts[row.record.tenant, default: 0] += 1 }
        var batches: [TenantID: DeliveryBatch] = [:]
        for (tenant, count) in counts { batches[tenant] = DeliveryBatch(id, of: tenant, count: count) }
        return rows.map { known.contains($0.record.id) ? .taken(batches[$0.record.tenant]) : .notTaken }
    }

    private static func columns(_ all: [DeliveryRow], _ id: DeliveryBatchID) -> [PostgresValue] {
        // Two writers never wait for each other in a circle.
        let rows = all.sorted { order($0.record) < order($1.record) }
        let records = rows.map(\.record)
        return [
            .array(.uuid, records.map { .id($0.tenant) }), .array(.uuid, records.map { .id($0.webhook) }),
            .array(.uuid, records.map { .id($0.id) }),
            .array(.uuid, records.map { .optional($0.run, PostgresValue.id) }),
            .array(.text, records.map { .optional($0.senderID, PostgresValue.words) }),
            .array(.bytes, rows.map { .bytes(InboxContent.bytes(of: $0)) }),
            .array(.uuid, records.map { .id($0.workflow) }),
            .array(.int, rows.map { .number($0.new.delivery.version) }),
            .array(.text, rows.map { .words($0.new.delivery.endpoint) }),
            .array(.int, rows.map { .number($0.new.revision) }), .id(id),
            .moment(records.map(\.receivedAt).min() ?? Timestamp(milliseconds: 0)),
        ]
    }

    private static func order(_ record: DeliveryRecord) -> (TenantID, WebhookID, String, DeliveryID) {
        (record.tenant, record.webhook, record.senderID ?? "", record.id)
    }

    /// Only as long as webhook and workflow are what the host took them for; none of a name that is there. What an attempt
    /// before wrote, whose end was not heard, stays as it is.
    private static let accept = """
        with new as materialized (
            select n.* from unnest(
                $1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bytea[], $7::uuid[], $8::bigint[],
                $9::text[], $10::bigint[]
            ) as n (
                tenant_id, webhook_id, delivery_id, run_id, key, content, workflow_id, version, endpoint, revision
            )
            where exists (
                    select from workflows f
                    where f.tenant_id = n.tenant_id and f.workflow_id = n.workflow_id and f.version = n.version
                        and f.status = 'active' and f.deleted_at is null)
                and exists (
                    select from webhooks w
                    where w.endpoint = n.endpoint and w.webhook_id = n.webhook_id and w.revision = n.revision)
        ), named as (
            insert into webhook_keys (tenant_id, webhook_id, key, delivery_id, run_id, received_at)
            select tenant_id, webhook_id, key, delivery_id, run_id, $12 from new where key is not null
            on conflict do nothing
            returning delivery_id
        ), taken as materialized (
            select * from new where key is null or delivery_id in (select delivery_id from named)
        ), boxed as (
            insert into webhook_inbox (tenant_id, batch_id, claimed_at, deliveries, runs, contents)
            select tenant_id, $11, $12, array_agg(delivery_id), array_agg(run_id), array_agg(content)
            from taken group by tenant_id
            on conflict do nothing
        )
        select delivery_id from taken
        """
}
