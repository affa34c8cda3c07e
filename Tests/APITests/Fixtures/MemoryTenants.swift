import PatchbayCore
import PatchbayJSON
import Synchronization

/// Tenants in memory. What they are called is what `MemoryIdentity` calls them.
final class MemoryTenants: TenantStore, TenantExporter {
    let identity: MemoryIdentity
    let records: Mutex<[TenantID: TenantRecord]> = Mutex([:])

    init(_ identity: MemoryIdentity) { self.identity = identity }

    func create(_ tenant: TenantRecord) async throws {
        identity.state.withLock { $0.tenants[tenant.id] = tenant.name }
        records.withLock { $0[tenant.id] = tenant }
    }

    func tenant(_ id: TenantID) async throws -> TenantRecord? {
        guard let name = identity.state.withLock({ $0.tenants[id] }) else { return nil }
        return records.withLock { records in
            var record = records[id] ?? TenantRecord(id: id, name: name, createdAt: Timestamp(milliseconds: 0))
            record.name = name
            return record
        }
    }

    func tenants(page: PageRequest) async throws -> Page<TenantRecord> {
        var items: [TenantRecord] = []
        for id in identity.state.withLock({ $0.tenants.keys.sorted(by: >) }) {
            if let tenant = try await tenant(id) { items.append(tenant) }
        }
        return Page(items: items, next: nil)
    }

    func rename(_ id: TenantID, to name: String) async throws -> Bool {
        identity.state.withLock { state in
            guard state.tenants[id] != nil else { return false }
            state.tenants[id] = name
            return true
        }
    }

    func set(_ quotas: TenantQuotas, of id: TenantID) async throws -> Bool {
        try await change(id) { $0.quotas = quotas }
    }

    func setSuspended(_ isSuspended: Bool, _ id: TenantID) async throws -> Bool {
        guard try await tenant(id)?.state != .deleting else { return false }
        return try await change(id) { $0.state = isSuspended ? .suspended : .active }
    }

    func close(_ id: TenantID) async throws -> Bool { try await change(id) { $0.state = .deleting } }

    func usage(of id: TenantID, from: Timestamp, through: Timestamp) async throws -> [TenantUsage] {
        [TenantUsage(day: String(through.description.prefix(10)), runs: 1, steps: 2, bytes: 3)]
    }

    func export(_ tenant: TenantID, at moment: Timestamp, to write: (String) async throws -> Void) async throws {
        try await write((["tenant": .string(tenant.description)] as JSON).text)
        for number in 0..<2_000 { try await write((["row": .int(Int64(number))] as JSON).text) }
        try await write((["end": [:]] as JSON).text)
    }

    private func change(_ id: TenantID, _ body: (inout TenantRecord) -> Void) async throws -> Bool {
        guard var record = try await tenant(id) else { return false }
        body(&record)
        records.withLock { $0[id] = record }
        return true
    }
}
