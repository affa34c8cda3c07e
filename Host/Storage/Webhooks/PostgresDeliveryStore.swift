package import Logging
package import PatchbayCore
package import PatchbayPostgres

/// Deliveries in PostgreSQL. What is accepted goes into the inbox by one writer a process, and comes into the history with its
/// run; what starts nothing goes into the history at once, by another. The history is read under the role that serves
/// requests.
package final class PostgresDeliveryStore: DeliveryStore {
    let engine: PostgresPool
    let api: PostgresPool
    private let inbox: GroupWriter<DeliveryRow, DeliveryInbox.Answer>
    private let history: GroupWriter<DeliveryRow, Void>
    private let allowances: TenantAllowances
    private let blobs: BlobStore

    /// - Parameter journal: Knows which tenants may start runs.
    package init(engine: PostgresPool, api: PostgresPool, journal: PostgresJournal, log: Logger) {
        self.engine = engine
        self.api = api
        let size: @Sendable (DeliveryRow) -> Int = { ($0.body?.count ?? 0) + DeliveryInbox.overhead }
        inbox = GroupWriter(engine.target, of: "deliveries", log: log, size: size) { connection, rows, isRepeated in
            try await DeliveryInbox.write(
                rows, over: connection, isRepeated: isRepeated, as: .new(at: rows[0].record.receivedAt))
        }
        history = GroupWriter(
            engine.target, of: "history", limits: .init(lanes: 1), log: log, size: size
        ) { connection, rows, _ in
            _ = try await connection.pipeline([DeliveryRows.insert(rows)])
            return rows.map { _ in }
        }
        allowances = journal.allowances
        blobs = journal.blobs
    }

    package var isPressed: Bool { inbox.isPressed }

    package func close() async {
        await inbox.close()
        await history.close()
    }

    package func store(_ delivery: NewDelivery) async throws -> DeliveryStanding {
        do {
            return try await stored(delivery)
        } catch is WriterFull {
            throw DeliveriesFull()
        }
    }

    private func stored(_ delivery: NewDelivery) async throws -> DeliveryStanding {
        let record = delivery.record
        var row = DeliveryRow(new: delivery)
        if let body = row.body, body.count > blobs.threshold {
            // Before the row that names it, and not in the writer's way. When there never is one, it is swept.
            let run = record.run ?? .new(at: record.receivedAt)
            row = DeliveryRow(new: delivery, digest: try await blobs.keep(body, of: run, in: record.tenant).bytes)
        }
        guard record.verdict == .accepted else {
            try await history.write(row)
            return .stored
        }
        try await allowances.check(record.tenant, at: record.receivedAt)
        if case .taken(let batch) = try await inbox.write(row) {
            delivery.delivery.place.batch = batch
            return .stored
        }
        guard let key = record.senderID else { return .moved }
        let first = try await engine.rows(
            Self.selectFirst, [.id(record.tenant), .id(record.webhook), .words(key)]
        ).first
        guard let first else { return .moved }
        let id = try first.id("delivery_id", of: DeliveryTag.self)
        // An attempt before this one wrote it, whose acknowledgement was lost.
        return id == record.id ? .stored : .duplicate(of: id, run: try first.optionalID("run_id"))
    }

    private static let selectFirst = """
        select delivery_id, run_id from webhook_keys where tenant_id = $1 and webhook_id = $2 and key = $3
        """

    package func offer(_ delivery: NewDelivery, then: @escaping @Sendable (Bool) -> Void) -> Bool {
        let record = delivery.record
        let row = DeliveryRow(new: delivery)
        guard record.verdict == .accepted, row.body.map({ $0.count <= blobs.threshold }) ?? true,
            allowances.isAdmitted(record.tenant, at: record.receivedAt)
        else { return false }
        let place = delivery.delivery.place
        return inbox.write(row) { answer in
            guard case .success(.taken(let batch)) = answer else { return then(false) }
            place.batch = batch
            then(true)
        }
    }

    package func settle(_ deliveries: [StoredDelivery]) async throws {
        guard !deliveries.isEmpty else { return }
        var rows: [DeliveryRow] = []
        for delivery in deliveries {
            var digest: [UInt8]?
            if delivery.body.count > blobs.threshold {
                digest = try await blobs.keep(
                    delivery.body, of: delivery.record.run ?? .new(at: delivery.record.receivedAt),
                    in: delivery.record.tenant
                ).bytes
            }
            rows.append(DeliveryRow(new: NewDelivery(delivery, revision: 0), digest: digest))
        }
        let over = deliveries.compactMap { delivery in
            delivery.place.batch.flatMap { $0.finishOne() ? $0 : nil }
        }.sorted { ($0.tenant, $0.id) < ($1.tenant, $1.id) }
        _ = try await engine.pipeline([
            DeliveryRows.insert(rows),
            PostgresStatement(
                Self.empty,
                [.array(.uuid, over.map { .id($0.tenant) }), .array(.uuid, over.map { .id($0.id) })], isPrepared: true),
        ])
    }

    /// Each by its key.
    private static let empty = """
        delete from webhook_inbox i where (i.tenant_id, i.batch_id) in (select * from unnest($1::uuid[], $2::uuid[]))
        """

    package func forget(before: Timestamp, limit: Int) async throws -> Int {
        _ = try await engine.rows(Self.deleteKeys, [.moment(before), .number(limit)])
        return try await engine.rows(Self.delete, [.moment(before), .number(limit)]).affected
    }

    private static let delete = """
        delete from webhook_deliveries d using (
            select tenant_id, webhook_id, delivery_id from webhook_deliveries o where o.received_at < $1 limit $2) old
        where d.tenant_id = old.tenant_id and d.webhook_id = old.webhook_id and d.delivery_id = old.delivery_id
        """

    private static let deleteKeys = """
        delete from webhook_keys k using (
            select tenant_id, webhook_id, key from webhook_keys o where o.received_at < $1 limit $2) old
        where k.tenant_id = old.tenant_id and k.webhook_id = old.webhook_id and k.key = old.key
        """
}
