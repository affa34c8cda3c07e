package import PatchbayCore
package import PatchbayJSON

/// Keeps tenants' credentials sealed in a store, and opens one for the call that needs it. No opened content is kept.
package struct CredentialVault: CredentialSource {
    private let store: any CredentialStore
    private let key: SealingKey
    private let clock: any TimeSource

    package init(store: any CredentialStore, key: SealingKey, clock: any TimeSource) {
        self.store = store
        self.key = key
        self.clock = clock
    }

    /// Stores a credential. `fields` are those of its kind, by name; `settings` an object, or null for none. Throws
    /// `CredentialProblems` with everything that is wrong, or `StoreConflict.nameTaken`.
    package func add(
        name: String, kind: CredentialKind, connector: String? = nil, fields: [String: Secret], hosts: [String] = [],
        settings: JSON = .null, in tenant: TenantID
    ) async throws -> CredentialRecord {
        let now = clock.now
        let record = CredentialRecord(
            id: CredentialID.new(at: now), tenant: tenant, name: name, kind: kind, connector: connector, hosts: hosts,
            settings: settings.isNull ? .object([:]) : settings, createdAt: now)
        let problems = CredentialRules.problems(of: record, fields: fields)
        guard problems.isEmpty else { throw CredentialProblems(problems: problems) }
        try await store.create(record, sealed: try seal(fields, of: record))
        return record
    }

    /// Sorted by name, without secrets.
    package func list(in tenant: TenantID) async throws -> [CredentialRecord] {
        try await store.credentials(in: tenant)
    }

    /// False when the tenant has no such credential.
    package func remove(named name: String, in tenant: TenantID) async throws -> Bool {
        try await store.delete(named: name, in: tenant)
    }

    /// False when the tenant has no such credential.
    package func remove(_ id: CredentialID, in tenant: TenantID) async throws -> Bool {
        try await store.delete(id, in: tenant)
    }

    package func grant(named name: String, in tenant: TenantID) async throws -> CredentialGrant? {
        guard let (record, sealed) = try await store.credential(named: name, in: tenant) else { return nil }
        return CredentialGrant(record: record, fields: try open(sealed, of: record))
    }

    private func seal(_ fields: [String: Secret], of record: CredentialRecord) throws -> [UInt8] {
        var object = JSONObject()
        for (name, value) in fields { object[name] = .string(value.reveal()) }
        return try key.seal(JSON.object(object).bytes(), boundTo: binding(of: record))
    }

    private func open(_ sealed: [UInt8], of record: CredentialRecord) throws -> [String: Secret] {
        let content = try key.open(sealed, boundTo: binding(of: record))
        var fields: [String: Secret] = [:]
        for member in (try? JSON(parsing: content))?.object ?? [:] {
            fields[member.name] = member.value.string.map { Secret($0) }
        }
        guard Set(fields.keys) == Set(record.kind.fields) else {
            throw SecurityError(
                code: .damaged,
                message: "the credential “\(record.name)” does not hold what its kind, \(record.kind.rawValue), needs. "
                    + "Remove it and add it anew")
        }
        return fields
    }

    /// A sealed content opens only in the row it was made for.
    private func binding(of record: CredentialRecord) -> [UInt8] {
        Array("credential:\(record.tenant):\(record.id):\(record.kind.rawValue)".utf8)
    }
}
