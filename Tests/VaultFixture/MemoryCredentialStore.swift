package import PatchbayCore
import Synchronization

/// Credentials and data keys in memory, as the stores in the database behave.
package final class MemoryCredentialStore: CredentialStore, DataKeyStore {
    fileprivate struct Contents {
        var rows: [SealedCredential] = []
        var keys: [DataKeyRecord] = []
        /// How often keys were read.
        var readCount = 0
    }

    private let contents = Mutex(Contents())

    package init() {}

    package func create(_ record: CredentialRecord, sealed: SealedContent) async throws {
        try contents.withLock { contents in
            try contents.check(sealed.key)
            guard !contents.rows.contains(where: { $0.record.tenant == record.tenant && $0.record.name == record.name })
            else { throw StoreConflict.nameTaken(record.name) }
            contents.rows.append(SealedCredential(record: record, content: sealed))
        }
    }

    package func delete(named name: String, in tenant: TenantID) async throws -> Bool {
        remove { $0.tenant == tenant && $0.name == name }
    }

    package func delete(_ id: CredentialID, in tenant: TenantID) async throws -> Bool {
        remove { $0.tenant == tenant && $0.id == id }
    }

    package func credentials(in tenant: TenantID) async throws -> [CredentialRecord] {
        contents.withLock {
            $0.rows.map(\.record).filter { $0.tenant == tenant }.sorted { $0.name < $1.name }
        }
    }

    package func credential(named name: String, in tenant: TenantID) async throws -> SealedCredential? {
        contents.withLock { $0.rows.first { $0.record.tenant == tenant && $0.record.name == name } }
    }

    package func credential(_ id: CredentialID, in tenant: TenantID) async throws -> SealedCredential? {
        contents.withLock { $0.rows.first { $0.record.tenant == tenant && $0.record.id == id } }
    }

    package func change(
        _ id: CredentialID, in tenant: TenantID, under key: DataKeyID,
        _ change: (SealedCredential) async throws -> SealedCredential?
    ) async throws -> SealedCredential? {
        try contents.withLock { try $0.check(key) }
        guard let present = try await credential(id, in: tenant) else { return nil }
        guard let changed = try await change(present) else { return present }
        try contents.withLock { contents in
            let isTaken = contents.rows.contains {
                $0.record.tenant == tenant && $0.record.name == changed.record.name && $0.record.id != id
            }
            if isTaken { throw StoreConflict.nameTaken(changed.record.name) }
            guard let index = contents.rows.firstIndex(where: { $0.record.id == id }) else { return }
            contents.rows[index] = changed
        }
        return changed
    }

    package func reseal(
        _ id: CredentialID, in tenant: TenantID, expecting: SealedContent, with content: SealedContent
    ) async throws -> Bool {
        try contents.withLock { contents in
            try contents.check(content.key)
            guard
                let index = contents.rows.firstIndex(where: {
                    $0.record.id == id && $0.content.bytes == expecting.bytes
                })
            else { return false }
            contents.rows[index].content = content
            return true
        }
    }

    package func credentials(
        notUnder key: DataKeyID, after: CredentialID?, limit: Int, in tenant: TenantID
    ) async throws -> [SealedCredential] {
        contents.withLock { contents in
            let others = contents.rows.filter { row in
                row.record.tenant == tenant && row.content.key != key && after.map { row.record.id > $0 } ?? true
            }
            return Array(others.sorted { $0.record.id < $1.record.id }.prefix(limit))
        }
    }

    // MARK: Data keys

    package func currentKey(in tenant: TenantID) async throws -> DataKeyRecord? {
        contents.withLock { contents in
            contents.readCount += 1
            return contents.keys.first { $0.tenant == tenant && $0.state == .current }
        }
    }

    package func key(_ id: DataKeyID, in tenant: TenantID) async throws -> DataKeyRecord? {
        contents.withLock { contents in
            contents.readCount += 1
            return contents.keys.first { $0.tenant == tenant && $0.id == id }
        }
    }

    package func keys(in tenant: TenantID) async throws -> [DataKeyRecord] {
        contents.withLock { $0.keys.filter { $0.tenant == tenant } }
    }

    package func add(_ key: DataKeyRecord, replacing replaced: DataKeyID?) async throws -> DataKeyRecord {
        contents.withLock { contents in
            let index = contents.keys.firstIndex { $0.tenant == key.tenant && $0.state == .current }
            if let index, contents.keys[index].id != replaced { return contents.keys[index] }
            if let index {
                contents.keys[index].state = .retired
                contents.keys[index].retiredAt = key.createdAt
            }
            contents.keys.append(key)
            return key
        }
    }

    package func rewrap(
        _ id: DataKeyID, in tenant: TenantID, expecting: [UInt8], wrapper: String, wrapped: [UInt8], at: Timestamp
    ) async throws -> Bool {
        contents.withLock { contents in
            guard let index = contents.keys.firstIndex(where: { $0.id == id && $0.wrapped == expecting }) else {
                return false
            }
            contents.keys[index].wrapper = wrapper
            contents.keys[index].wrapped = wrapped
            contents.keys[index].wrappedAt = at
            return true
        }
    }

    package func deleteUnused(retiredBefore moment: Timestamp, in tenant: TenantID) async throws -> Int {
        contents.withLock { contents in
            let used = Set(contents.rows.compactMap(\.content.key))
            let before = contents.keys.count
            contents.keys.removeAll { key in
                key.tenant == tenant && !used.contains(key.id) && key.retiredAt.map { $0 < moment } ?? false
            }
            return before - contents.keys.count
        }
    }

    package func sealedCounts(in tenant: TenantID) async throws -> [DataKeyID?: Int] {
        contents.withLock { contents in
            contents.rows.filter { $0.record.tenant == tenant }.reduce(into: [:]) {
                $0[$1.content.key, default: 0] += 1
            }
        }
    }

    // MARK: For tests

    /// Puts one row's content into another, as somebody with access to the table might.
    package func copyContent(from source: String, to target: String) {
        contents.withLock { contents in
            let content = contents.rows.first { $0.record.name == source }!.content
            let index = contents.rows.firstIndex { $0.record.name == target }!
            contents.rows[index].content = content
        }
    }

    package var sealed: [[UInt8]] { contents.withLock { $0.rows.map(\.content.bytes) } }
    package var sealers: [DataKeyID?] { contents.withLock { $0.rows.map(\.content.key) } }
    package var keyCount: Int { contents.withLock { $0.keys.count } }
    package var keyReads: Int { contents.withLock { $0.readCount } }

    private func remove(_ matches: (CredentialRecord) -> Bool) -> Bool {
        contents.withLock { contents in
            let count = contents.rows.count
            contents.rows.removeAll { matches($0.record) }
            return contents.rows.count < count
        }
    }
}

extension MemoryCredentialStore.Contents {
    fileprivate func check(_ key: DataKeyID?) throws {
        guard let key else { return }
        guard keys.contains(where: { $0.id == key && $0.state == .current }) else { throw StaleDataKey() }
    }
}
