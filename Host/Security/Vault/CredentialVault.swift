package import PatchbayCore
package import PatchbayJSON

/// Keeps tenants' credentials sealed in a store, and opens one for the call that needs it. No opened content is kept.
///
/// Each is sealed with its tenant's data key, bound to tenant, id and kind. What the installation's own key sealed, before
/// tenants had theirs, opens too, and is sealed anew when it is first used.
package struct CredentialVault: CredentialSource {
    let store: any CredentialStore
    package let keys: TenantKeys
    let clock: any TimeSource

    package init(store: any CredentialStore, keys: TenantKeys, clock: any TimeSource) {
        self.store = store
        self.keys = keys
        self.clock = clock
    }

    /// Stores a credential. `fields` are those of its kind, by name; `settings` an object, or null for none. Throws
    /// `CredentialProblems` with everything that is wrong, or `StoreConflict.nameTaken`.
    package func add(
        name: String, kind: CredentialKind, connector: String? = nil, fields: [String: Secret], hosts: [String] = [],
        settings: JSON = .null, sharedWith: [String]? = nil, in tenant: TenantID
    ) async throws -> CredentialRecord {
        let now = clock.now
        let record = CredentialRecord(
            id: CredentialID.new(at: now), tenant: tenant, name: name, kind: kind, connector: connector, hosts: hosts,
            settings: settings.isNull ? .object([:]) : settings, createdAt: now, sharedWith: sharedWith,
            state: kind == .oauth2 ? OAuthContent(fields: fields).stateWithoutTokens : .ready)
        let problems = CredentialRules.problems(of: record, fields: fields)
        guard problems.isEmpty else { throw CredentialProblems(problems: problems) }
        try await withCurrentKey(in: tenant) { key in
            try await store.create(record, sealed: try seal(fields, of: record, with: key))
        }
        return record
    }

    /// Sorted by name, without secrets.
    package func list(in tenant: TenantID) async throws -> [CredentialRecord] {
        try await store.credentials(in: tenant)
    }

    /// Without its secrets; nil when the tenant has no such credential.
    package func record(_ id: CredentialID, in tenant: TenantID) async throws -> CredentialRecord? {
        try await store.credential(id, in: tenant)?.record
    }

    /// Without its secrets; nil when the tenant has no such credential.
    package func record(named name: String, in tenant: TenantID) async throws -> CredentialRecord? {
        try await store.credential(named: name, in: tenant)?.record
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
        guard let found = try await store.credential(named: name, in: tenant) else { return nil }
        let grant = try await open(found)
        if found.content.key == nil {
            // The call does not wait in vain when that fails: the next one does it, or the next rotation.
            _ = try? await sealAnew(found)
        }
        return grant
    }

    /// The same: it is `AuditedCredentials` that takes uses down.
    package func grant(
        named name: String, in tenant: TenantID, for purpose: CredentialPurpose
    ) async throws -> CredentialGrant? { try await grant(named: name, in: tenant) }
}
