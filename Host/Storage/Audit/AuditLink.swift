import Crypto
import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// An event with its place in a chain, as a row.
struct AuditLink: Sendable {
    /// What comes before the first event.
    static let origin = [UInt8](repeating: 0, count: AuditRecord.hashLength)

    let at: Timestamp
    let chain: TenantID
    let labels: AuditLabels
    let record: AuditRecord

    init(_ event: PendingEvent, in chain: TenantID, behind head: AuditHead) {
        var members = event.content
        members["sequence"] = .int(Int64(head.sequence + 1))
        let content = JSON.object(members).canonicalBytes
        at = event.at
        self.chain = chain
        labels = AuditLabels(.object(members))
        record = AuditRecord(
            sequence: head.sequence + 1, content: content, previous: head.hash,
            hash: Self.hash(of: content, behind: head.hash))
    }

    var head: AuditHead { AuditHead(sequence: record.sequence, hash: record.hash) }

    static func hash(of content: [UInt8], behind previous: [UInt8]) -> [UInt8] {
        var hasher = SHA256()
        hasher.update(data: previous)
        hasher.update(data: content)
        return Array(hasher.finalize())
    }

    /// tenant, sequence, at, event, outcome, actor, account, resource type, resource id, content, previous, hash.
    static func columns(_ links: [AuditLink]) -> [PostgresValue] {
        let labels = links.map(\.labels)
        return [
            .array(.uuid, links.map { .id($0.chain) }), .array(.int, links.map { .number($0.record.sequence) }),
            .array(.timestamp, links.map { .moment($0.at) }), .array(.text, labels.map { .words($0.event) }),
            .array(.text, labels.map { .words($0.outcome) }), .array(.text, labels.map { .words($0.actor) }),
            .array(.text, labels.map { .optional($0.account, PostgresValue.words) }),
            .array(.text, labels.map { .optional($0.resourceType, PostgresValue.words) }),
            .array(.text, labels.map { .optional($0.resourceID, PostgresValue.words) }),
            .array(.bytes, links.map { .bytes($0.record.content) }),
            .array(.bytes, links.map { .bytes($0.record.previous) }),
            .array(.bytes, links.map { .bytes($0.record.hash) }),
        ]
    }
}

extension TenantID {
    /// Under which the installation's own chain is kept: no tenant has it.
    static let installation = TenantID(high: 0, low: 0)
}
