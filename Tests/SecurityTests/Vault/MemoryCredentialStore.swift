import PatchbayCore
import Synchronization

/// A credential store in memory, as the one in the database behaves.
final class MemoryCredentialStore: CredentialStore {
    private let rows = Mutex<[(record: CredentialRecord, sealed: [UInt8])]>([])

    func create(_ record: CredentialRecord, sealed: [UInt8]) async throws {
        try rows.withLock { rows in
            guard !rows.contains(where: { $0.record.tenant == record.tenant && $0.record.name == record.name }) else {
                throw StoreConflict.nameTaken(record.name)
            }
            rows.append((record, sealed))
        }
    }

    func delete(named name: String, in tenant: TenantID) async throws -> Bool {
        remove { $0.tenant == tenant && $0.name == name }
    }

    func delete(_ id: CredentialID, in tenant: TenantID) async throws -> Bool {
        remove { $0.tenant == tenant && $0.id == id }
    }

    func credentials(in tenant: TenantID) async throws -> [CredentialRecord] {
        rows.withLock { $0.map(\.record).filter { $0.tenant == tenant }.sorted { $0.name < $1.name } }
    }

    func credential(
        named name: String, in tenant: TenantID
    ) async throws -> (record: CredentialRecord, sealed: [UInt8])? {
        rows.withLock { $0.first { $0.record.tenant == tenant && $0.record.name == name } }
    }

    /// Puts one row's content into another, as somebody with access to the table might.
    func copyContent(from source: String, to target: String) {
        rows.withLock { rows in
            let content = rows.first { $0.record.name == source }!.sealed
            let index = rows.firstIndex { $0.record.name == target }!
            rows[index].sealed = content
        }
    }

    var sealed: [[UInt8]] { rows.withLock { $0.map(\.sealed) } }

    private func remove(_ matches: (CredentialRecord) -> Bool) -> Bool {
        rows.withLock { rows in
            let count = rows.count
            rows.removeAll { matches($0.record) }
            return rows.count < count
        }
    }
}
