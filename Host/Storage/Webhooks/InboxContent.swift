import PatchbayCore
import PatchbayJSON

/// An accepted delivery as it lies in the inbox: the length of a JSON text in four bytes, that text, and the body as it came.
enum InboxContent {
    /// Deeper and larger than what is accepted from outside, because it wraps that in objects of its own.
    private static let limits = JSONLimits(depth: 2_000, bytes: 1 << 30)

    static func bytes(of row: DeliveryRow) -> [UInt8] {
        let (record, delivery) = (row.record, row.new.delivery)
        var members: JSONObject = [
            "id": .string(record.id.description), "webhook": .string(record.webhook.description),
            "workflow": .string(record.workflow.description), "at": .int(record.receivedAt.milliseconds),
            "method": .string(record.method), "query": .string(record.query), "headers": record.headers,
            "size": .int(Int64(record.size)), "status": .int(Int64(record.status)),
            "endpoint": .string(delivery.endpoint), "node": .string(delivery.node),
            "version": .int(Int64(delivery.version)),
        ]
        if let sender = record.senderID { members["sender"] = .string(sender) }
        if let run = record.run { members["run"] = .string(run.description) }
        if let first = record.replayOf { members["replay_of"] = .string(first.description) }
        if let digest = row.digest { members["digest"] = .array(digest.map { .int(Int64($0)) }) }
        let head = JSON.object(members).bytes()
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
            let json = try? JSON(parsing: Array(bytes[4..<4 + length]), limits: limits),
            let id = json["id"]?.string.flatMap({ DeliveryID($0) }),
            let webhook = json["webhook"]?.string.flatMap({ WebhookID($0) }),
            let workflow = json["workflow"]?.string.flatMap({ WorkflowID($0) }), let at = json["at"]?.int,
            let method = json["method"]?.string, let query = json["query"]?.string, let headers = json["headers"],
            let size = json["size"]?.int, let status = json["status"]?.int, let endpoint = json["endpoint"]?.string,
            let node = json["node"]?.string, let version = json["version"]?.int
        else { return nil }
        let record = DeliveryRecord(
            id: id, tenant: tenant, webhook: webhook, workflow: workflow, receivedAt: Timestamp(milliseconds: at),
            senderID: json["sender"]?.string, verdict: .accepted, run: json["run"]?.string.flatMap { RunID($0) },
            method: method, query: query, headers: headers, size: Int(size), status: Int(status),
            replayOf: json["replay_of"]?.string.flatMap { DeliveryID($0) }, isPending: true)
        let delivery = StoredDelivery(
            record: record, body: Array(bytes[(4 + length)...]), endpoint: endpoint, node: node, version: Int(version),
            place: place)
        return (delivery, json["digest"]?.array?.compactMap { $0.int.flatMap { UInt8(exactly: $0) } })
    }
}
