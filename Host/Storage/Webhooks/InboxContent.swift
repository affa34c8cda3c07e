import PatchbayCore
import PatchbayJSON

/// An accepted delivery as it lies in the inbox: the length of a JSON text in four bytes, that text, and the body as it came.
/// The text is an array: whoever sends waits for it to be made.
enum InboxContent {
    /// Deeper and larger than what is accepted from outside, because it wraps that in objects of its own.
    private static let limits = JSONLimits(depth: 2_000, bytes: 1 << 30)

    static func bytes(of row: DeliveryRow) -> [UInt8] {
        let (record, delivery) = (row.record, row.new.delivery)
        let head = JSON.array([
            .string(record.id.description), .string(record.webhook.description),
            .string(record.workflow.description), .int(record.receivedAt.milliseconds), .string(record.method),
            .string(record.query), record.headers, .int(Int64(record.size)), .int(Int64(record.status)),
            .string(delivery.endpoint), .string(delivery.node), .int(Int64(delivery.version)),
            record.senderID.map { .string($0) } ?? .null, record.run.map { .string($0.description) } ?? .null,
            record.replayOf.map { .string($0.description) } ?? .null,
            row.digest.map { .array($0.map { .int(Int64($0)) }) } ?? .null,
        ]).bytes()
        let body = row.body ?? []
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 + head.count + body.count)
        withUnsafeBytes(of: UInt32(head.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: head)
        bytes.append(contentsOf: body)
        return bytes
    }

    /// The delivery, without the body where that is kept apart under the digest. Throws `StorageError`.
    static func delivery(
        _ bytes: [UInt8], in tenant: TenantID, place: DeliveryPlace = DeliveryPlace()
    ) throws -> (StoredDelivery, digest: [UInt8]?) {
        guard let found = read(bytes, tenant, place) else {
            throw StorageError(description: "the inbox of webhooks holds what this version cannot read")
        }
        return found
    }

    private static func read(
        _ bytes: [UInt8], _ tenant: TenantID, _ place: DeliveryPlace
    ) -> (StoredDelivery, digest: [UInt8]?)? {
        guard bytes.count >= 4 else { return nil }
        let length = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard bytes.count >= 4 + length,
            let json = try? JSON(parsing: Array(bytes[4..<4 + length]), limits: limits).array, json.count == 16,
            let id = json[0].string.flatMap({ DeliveryID($0) }),
            let webhook = json[1].string.flatMap({ WebhookID($0) }),
            let workflow = json[2].string.flatMap({ WorkflowID($0) }), let at = json[3].int,
            let method = json[4].string, let query = json[5].string, let size = json[7].int,
            let status = json[8].int, let endpoint = json[9].string, let node = json[10].string,
            let version = json[11].int
        else { return nil }
        let record = DeliveryRecord(
            id: id, tenant: tenant, webhook: webhook, workflow: workflow, receivedAt: Timestamp(milliseconds: at),
            senderID: json[12].string, verdict: .accepted, run: json[13].string.flatMap { RunID($0) }, method: method,
            query: query, headers: json[6], size: Int(size), status: Int(status),
            replayOf: json[14].string.flatMap { DeliveryID($0) }, isPending: true)
        let delivery = StoredDelivery(
            record: record, body: Array(bytes[(4 + length)...]), endpoint: endpoint, node: node, version: Int(version),
            place: place)
        return (delivery, json[15].array?.compactMap { $0.int.flatMap { UInt8(exactly: $0) } })
    }
}
