import PatchbayCore
import PatchbayJSON
import Synchronization

/// Credentials and connector settings as the real stores keep them.
final class MemoryCredentials: CredentialStore {
    private let kept = Mutex<[(record: CredentialRecord, sealed: [UInt8])]>([])

    func create(_ record: CredentialRecord, sealed: [UInt8]) async throws {
        try kept.withLock { kept in
            let isTaken = kept.contains { $0.record.name == record.name && $0.record.tenant == record.tenant }
            if isTaken { throw StoreConflict.nameTaken(record.name) }
            kept.append((record, sealed))
        }
    }

    func delete(named name: String, in tenant: TenantID) async throws -> Bool {
        remove { $0.name == name && $0.tenant == tenant }
    }

    func delete(_ id: CredentialID, in tenant: TenantID) async throws -> Bool {
        remove { $0.id == id && $0.tenant == tenant }
    }

    func credentials(in tenant: TenantID) async throws -> [CredentialRecord] {
        kept.withLock { $0.map(\.record).filter { $0.tenant == tenant }.sorted { $0.name < $1.name } }
    }

    func credential(
        named name: String, in tenant: TenantID
    ) async throws -> (record: CredentialRecord, sealed: [UInt8])? {
        kept.withLock { $0.first { $0.record.name == name && $0.record.tenant == tenant } }
    }

    private func remove(_ isMeant: (CredentialRecord) -> Bool) -> Bool {
        kept.withLock { kept in
            let count = kept.count
            kept.removeAll { isMeant($0.record) }
            return kept.count < count
        }
    }
}

/// Settings that fail with a text when one is set.
final class MemorySettings: ConnectorSettingsStore {
    struct Failure: Error {
        var text: String
    }

    let failure = Mutex<String?>(nil)
    private let kept = Mutex<[String: JSON]>([:])

    func settings(of connector: String, in tenant: TenantID) async throws -> JSON {
        if let text = failure.withLock({ $0 }) { throw Failure(text: text) }
        return kept.withLock { $0[connector] ?? [:] }
    }

    func set(_ settings: JSON, of connector: String, in tenant: TenantID, at: Timestamp) async throws {
        kept.withLock { $0[connector] = settings }
    }
}
