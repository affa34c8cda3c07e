import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// A delivery as it is written. By reference: it goes through several hands, and a copy costs a count for each of its parts.
final class DeliveryRow: Sendable {
    let new: NewDelivery
    /// Of its body, where that is kept apart; nil: it stands in the row.
    let digest: [UInt8]?

    init(new: NewDelivery, digest: [UInt8]? = nil) {
        self.new = new
        self.digest = digest
    }

    var record: DeliveryRecord { new.record }
    var body: [UInt8]? { digest != nil || record.verdict == .refused ? nil : new.delivery.body }
}

/// How deliveries stand in their table.
enum DeliveryRows {
    private static let names = """
        tenant_id, webhook_id, delivery_id, workflow_id, version, run_id, received_at, verdict, reason, status, skipped,
        replay_of, sender_id, method, endpoint, node, query, headers, size, body, digest
        """

    private static let arrays = """
        $1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::uuid[], $7::timestamptz[], $8::text[],
        $9::text[], $10::bigint[], $11::bigint[], $12::uuid[], $13::text[], $14::text[], $15::text[], $16::text[],
        $17::text[], $18::json[], $19::bigint[], $20::bytea[], $21::bytea[]
        """

    /// What is there already stays as it is.
    static func insert(_ rows: [DeliveryRow]) -> PostgresStatement {
        PostgresStatement(
            "insert into webhook_deliveries (\(names)) select * from unnest(\(arrays)) on conflict do nothing",
            columns(rows), isPrepared: true)
    }

    private static func columns(_ all: [DeliveryRow]) -> [PostgresValue] {
        // Rows of one tenant stand together; and two writers never wait for each other in a circle.
        let all = all.sorted { Self.order($0.record) < Self.order($1.record) }
        let records = all.map(\.record)
        return [
            .array(.uuid, records.map { .id($0.tenant) }), .array(.uuid, records.map { .id($0.webhook) }),
            .array(.uuid, records.map { .id($0.id) }), .array(.uuid, records.map { .id($0.workflow) }),
            .array(.int, all.map { .number($0.new.delivery.version) }),
            .array(.uuid, records.map { .optional($0.run, PostgresValue.id) }),
            .array(.timestamp, records.map { .moment($0.receivedAt) }),
            .array(.text, records.map { .word($0.verdict) }),
            .array(.text, records.map { .optional($0.reason, PostgresValue.words) }),
            .array(.int, records.map { .number($0.status) }), .array(.int, records.map { .number($0.skipped) }),
            .array(.uuid, records.map { .optional($0.replayOf, PostgresValue.id) }),
            .array(.text, records.map { .optional($0.senderID, PostgresValue.words) }),
            .array(.text, records.map { .words($0.method) }),
            .array(.text, all.map { .words($0.new.delivery.endpoint) }),
            .array(.text, all.map { .words($0.new.delivery.node) }), .array(.text, records.map { .words($0.query) }),
            .array(.json, records.map { .document($0.headers) }), .array(.int, records.map { .number($0.size) }),
            .array(.bytes, all.map { .optional($0.body, PostgresValue.bytes) }),
            .array(.bytes, all.map { .optional($0.digest, PostgresValue.bytes) }),
        ]
    }

    private static func order(_ record: DeliveryRecord) -> (TenantID, WebhookID, DeliveryID) {
        (record.tenant, record.webhook, record.id)
    }

    static let listed = """
        d.tenant_id, d.webhook_id, d.delivery_id, d.workflow_id, d.run_id, d.received_at, d.verdict, d.reason, d.status,
        d.skipped, d.replay_of, d.sender_id, d.method, d.query, d.headers, d.size
        """

    static let whole =
        listed + """
            , d.version, d.endpoint, d.node, d.digest is not null as is_apart, coalesce(
                d.body, (select b.content from blobs b where b.tenant_id = d.tenant_id and b.digest = d.digest)) as body
            """

    static func record(_ row: PostgresRow, isPending: Bool) throws -> DeliveryRecord {
        try DeliveryRecord(
            id: row.id("delivery_id"), tenant: row.id("tenant_id"), webhook: row.id("webhook_id"),
            workflow: row.id("workflow_id"), receivedAt: row.moment("received_at"),
            senderID: row.present("sender_id", row.text), verdict: row.word("verdict"),
            reason: row.present("reason", row.text), run: row.optionalID("run_id"), method: row.text("method"),
            query: row.text("query"), headers: row.document("headers"), size: row.number("size"),
            status: row.number("status"), skipped: row.number("skipped"), replayOf: row.optionalID("replay_of"),
            isPending: isPending)
    }

    static func delivery(_ row: PostgresRow, isPending: Bool) throws -> StoredDelivery {
        let body = try row.present("body", row.bytes)
        guard try body != nil || !row.bool("is_apart") else {
            throw StorageError(description: "a delivery names a body that is not in table blobs")
        }
        return try StoredDelivery(
            record: record(row, isPending: isPending), body: body ?? [],
            endpoint: row.text("endpoint"), node: row.text("node"), version: row.number("version"))
    }
}
