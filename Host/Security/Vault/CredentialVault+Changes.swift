package import PatchbayCore
import PatchbayJSON

extension CredentialVault {
    /// Changes a credential, its secrets too, while nobody else on any host can: its row in the database is held (`select …
    /// for update`) from before `change` is called until what it answers is stored durably.
    ///
    /// `change` gets the credential as it is stored at that moment, opened: whoever waited here sees what the one before
    /// stored, and must look whether there is still anything to do. It answers the credential as it is to be, with all its
    /// fields; or nil to leave everything as it is, as when it throws. Id, tenant, kind and the time it was made stay.
    /// `updatedAt` is the caller's to set: what a host does by itself, such as a refresh, is no change that somebody made.
    ///
    /// It is called once at most; what it answers is stored, whatever becomes of the tenant's keys meanwhile. While it runs,
    /// a connection to the database is taken, and a rotation of the tenant's keys waits; bound how many do so at the same
    /// time, and how long each takes. Answers the credential as it is stored then; nil when there is none. Throws
    /// `StoreConflict.nameTaken`, `SecurityError`, and what `change` throws.
    package func change(
        _ id: CredentialID, in tenant: TenantID, _ change: (CredentialGrant) async throws -> CredentialGrant?
    ) async throws -> CredentialGrant? {
        // Its key is opened before the row is held, so that others wait for nothing but the change.
        guard let found = try await store.credential(id, in: tenant) else { return nil }
        _ = try await open(found)
        return try await withCurrentKey(in: tenant) { key in
            var result: CredentialGrant?
            let stored = try await store.change(id, in: tenant, under: key.id) { present in
                let grant = try await open(present)
                guard var wanted = try await change(grant) else {
                    result = grant
                    return nil
                }
                wanted.record.id = grant.record.id
                wanted.record.tenant = grant.record.tenant
                wanted.record.kind = grant.record.kind
                wanted.record.createdAt = grant.record.createdAt
                result = wanted
                return SealedCredential(
                    record: wanted.record, content: try seal(wanted.fields, of: wanted.record, with: key))
            }
            return stored == nil ? nil : result
        }
    }

    /// Seals what is stored with the tenant's current key. False when somebody else was quicker.
    @discardableResult
    func sealAnew(_ found: SealedCredential) async throws -> Bool {
        let fields = try await open(found).fields
        return try await withCurrentKey(in: found.record.tenant) { key in
            try await store.reseal(
                found.record.id, in: found.record.tenant, expecting: found.content,
                with: try seal(fields, of: found.record, with: key))
        }
    }

    // MARK: Sealing

    /// Once more with the new key when the tenant's was replaced meanwhile; the store refuses what an old one sealed.
    func withCurrentKey<Value>(in tenant: TenantID, _ body: (DataKey) async throws -> Value) async throws -> Value {
        do {
            return try await body(try await keys.current(in: tenant))
        } catch is StaleDataKey {
            keys.forgetCurrent(in: tenant)
            return try await body(try await keys.current(in: tenant))
        }
    }

    func seal(
        _ fields: [String: Secret], of record: CredentialRecord, with key: DataKey
    ) throws -> SealedContent {
        var object = JSONObject()
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) { object[name] = .string(value.reveal()) }
        return try key.seal(JSON.object(object).bytes(), boundTo: Self.binding(of: record))
    }

    func open(_ found: SealedCredential) async throws -> CredentialGrant {
        let (record, sealed) = (found.record, found.content.bytes)
        let binding = Self.binding(of: record)
        let content =
            if SealingKey.hasSealed(sealed) {
                try keys.ring.open(sealed, boundTo: binding)
            } else {
                try await keys.key(try DataKey.sealer(of: sealed), in: record.tenant).open(sealed, boundTo: binding)
            }
        var fields: [String: Secret] = [:]
        for member in (try? JSON(parsing: content))?.object ?? [:] {
            fields[member.name] = member.value.string.map { Secret($0) }
        }
        guard record.kind.fields.allSatisfy({ fields[$0] != nil }) else {
            throw SecurityError(
                code: .damaged,
                message: "the credential “\(record.name)” does not hold what its kind, \(record.kind.rawValue), needs. "
                    + "Remove it and add it anew")
        }
        return CredentialGrant(record: record, fields: fields)
    }

    /// A sealed content opens only in the row it was made for.
    private static func binding(of record: CredentialRecord) -> [UInt8] {
        Array("credential:\(record.tenant):\(record.id):\(record.kind.rawValue)".utf8)
    }
}
