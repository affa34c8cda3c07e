import PatchbayCore
import PatchbayJSON
import Synchronization

/// The audit log in memory, without its hashes.
final class MemoryAudit: AuditLog, AuditTrail {
    struct Unwritable: Error {}

    private let events = Mutex<[AuditEvent]>([])
    /// Whether nothing can be written.
    let isBroken = Mutex(false)

    var all: [AuditEvent] { events.withLock { $0 } }

    func events(_ action: AuditAction) -> [AuditEvent] { all.filter { $0.action == action } }

    func append(_ new: [AuditEvent]) async throws {
        if isBroken.withLock({ $0 }) { throw Unwritable() }
        events.withLock { $0 += new }
    }

    private func records(in tenant: TenantID?, _ filter: AuditFilter) -> [AuditRecord] {
        let chain = all.filter { $0.tenant == tenant }
        return chain.enumerated().compactMap { index, event in
            let isWanted =
                filter.action.map { $0 == event.action } ?? true
                && filter.actor.map { [event.actor.name, event.actor.account?.description].contains($0) } ?? true
                && filter.resource.map { $0 == event.resource?.id } ?? true
                && filter.outcome.map { $0 == event.outcome } ?? true
            guard isWanted else { return nil }
            let none = [UInt8](repeating: 0, count: AuditRecord.hashLength)
            return AuditRecord(
                sequence: index + 1, content: event.content(at: index + 1).canonicalBytes, previous: none, hash: none)
        }
    }

    func records(in tenant: TenantID?, _ filter: AuditFilter, page: PageRequest) async throws -> Page<AuditRecord> {
        guard let before = page.cursor.map(Int.init) ?? Int.max else { throw InvalidCursor() }
        let found = records(in: tenant, filter).reversed().filter { $0.sequence < before }
        let items = Array(found.prefix(page.limit))
        return Page(items: items, next: found.count > page.limit ? items.last.map { String($0.sequence) } : nil)
    }

    func records(
        in tenant: TenantID?, _ filter: AuditFilter, behind last: Int, through end: Int
    ) async throws -> [AuditRecord] {
        Array(records(in: tenant, filter).filter { $0.sequence > last && $0.sequence <= end }.prefix(2))
    }

    func head(of tenant: TenantID?) async throws -> AuditHead? {
        let count = records(in: tenant, AuditFilter()).count
        return AuditHead(sequence: count, hash: [UInt8](repeating: 0, count: AuditRecord.hashLength))
    }

    func verify(_ tenant: TenantID?, anchor: AuditHead?) async throws -> AuditVerdict {
        let count = records(in: tenant, AuditFilter()).count
        let head = AuditHead(sequence: count, hash: [UInt8](repeating: 0, count: AuditRecord.hashLength))
        let isCut = (anchor?.sequence ?? 0) > count
        return AuditVerdict(
            tenant: tenant, count: count, head: head,
            flaw: isCut ? AuditVerdict.Flaw(.anchor, at: count + 1, "it was longer") : nil)
    }
}
