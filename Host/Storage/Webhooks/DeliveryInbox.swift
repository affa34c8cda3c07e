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

    private static func columns(_ rows: [DeliveryRow], _ id: DeliveryBatchID) -> [PostgresValue] {
        var facts: [InboxFact] = []
        var places: [InboxFact: Int] = [:]
        var columns = Columns()
        for index in order(of: rows) {
            let (row, record) = (rows[index], rows[index].record)
            let fact = InboxFact(row)
            if places[fact] == nil {
                facts.append(fact)
                places[fact] = facts.count
            }
            columns.facts.append(.number(places[fact] ?? 0))
            columns.ids.append(.id(record.id))
            columns.runs.append(.optional(record.run, PostgresValue.id))
            columns.names.append(.optional(record.senderID, PostgresValue.words))
            columns.contents.append(.bytes(InboxContent.bytes(of: row)))
            columns.first = min(columns.first ?? record.receivedAt, record.receivedAt)
        }
        return [
            .array(.uuid, facts.map { .id($0.tenant) }), .array(.uuid, facts.map { .id($0.webhook) }),
            .array(.uuid, facts.map { .id($0.workflow) }), .array(.int, facts.map { .number($0.version) }),
            .array(.text, facts.map { .words($0.endpoint) }), .array(.int, facts.map { .number($0.revision) }),
            .array(.int, columns.facts), .array(.uuid, columns.ids), .array(.uuid, columns.runs),
            .array(.text, columns.names), .array(.bytes, columns.contents), .id(id),
            .moment(columns.first ?? Timestamp(milliseconds: 0)),
        ]
    }

    private struct Columns {
        var facts: [PostgresValue] = []
        var ids: [PostgresValue] = []
        var runs: [PostgresValue] = []
        var names: [PostgresValue] = []
        var contents: [PostgresValue] = []
        var first: Timestamp?
    }

    /// Two writers never wait for each other in a circle; only for a name does one wait for another at all.
    private static func order(of rows: [DeliveryRow]) -> [Int] {
        let keys = rows.enumerated().compactMap { index, row in
            row.record.senderID.map { (index: index, key: (row.record.tenant, row.record.webhook, $0)) }
        }
        let named = keys.sorted { $0.key < $1.key }.map(\.index)
        return named + rows.indices.filter { rows[$0].record.senderID == nil }
    }

    /// Only as long as webhook and workflow are what the host took them for, which is looked up once for all rows that it took
    /// for the same; none of a name that is there. What an attempt before wrote, whose end was not heard, stays as it is.
    private static let accept = """
        with standing as materialized (
            select array_agg(
                exists (
                    select from workflows w
                    where w.tenant_id = f.tenant_id and w.workflow_id = f.workflow_id and w.version = f.version
                        and w.status = 'active' and w.deleted_at is null)
                and exists (
                    select from webhooks w
                    where w.endpoint = f.endpoint and w.webhook_id = f.webhook_id and w.revision = f.revision)
                order by f.place) as is_so
            from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::bigint[])
                with ordinality as f (tenant_id, webhook_id, workflow_id, version, endpoint, revision, place)
        ), new as materialized (
            select ($1::uuid[])[n.fact] as tenant_id, ($2::uuid[])[n.fact] as webhook_id, n.*
            from unnest($7::bigint[], $8::uuid[], $9::uuid[], $10::text[], $11::bytea[])
                as n (fact, delivery_id, run_id, key, content)
            where ((select is_so from standing))[n.fact]
        ), named as (
            insert into webhook_keys (tenant_id, webhook_id, key, delivery_id, run_id, received_at)
            select tenant_id, webhook_id, key, delivery_id, run_id, $13 from new where key is not null
            on conflict do nothing
            returning delivery_id
        ), taken as materialized (
            select * from new where key is null or delivery_id in (select delivery_id from named)
        ), boxed as (
            insert into webhook_inbox (tenant_id, batch_id, claimed_at, deliveries, runs, contents)
            select tenant_id, $12, $13, array_agg(delivery_id), array_agg(run_id), array_agg(content)
            from taken group by tenant_id
            on conflict do nothing
        )
        select delivery_id from taken
        """
}

/// What a host took a delivery's webhook and workflow for.
private struct InboxFact: Hashable {
    let tenant: TenantID
    let webhook: WebhookID
    let workflow: WorkflowID
    let version: Int
    let endpoint: String
    let revision: Int

    init(_ row: DeliveryRow) {
        tenant = row.record.tenant
        webhook = row.record.webhook
        workflow = row.record.workflow
        version = row.new.delivery.version
        endpoint = row.new.delivery.endpoint
        revision = row.new.revision
    }
}
