package import PatchbayJSON

/// A credential without its secrets.
package struct CredentialRecord: Sendable, Equatable {
    /// Whether it can be used.
    package enum State: String, Sendable, CaseIterable {
        case ready
        /// Somebody must grant it at the vendor's first.
        case authorise
        /// It was granted, and is refused now.
        case reauthorise
    }

    package var id: CredentialID
    package var tenant: TenantID
    /// Unique in the tenant; what nodes name. Lower-case letters, digits, `-`, `_`, `.`; or upper-case for secrets.
    package var name: String
    package var kind: CredentialKind
    /// The connector it is for; nil: any that takes its kind.
    package var connector: String?
    /// Hosts (`api.example.com`, `*.example.com`, optionally `:port`) it may be sent to beside those the connector's manifest
    /// declares by name. Needed for connectors that may call any host.
    package var hosts: [String]
    /// Settings of the connector that go with it, such as `base_url`.
    package var settings: JSON
    package var createdAt: Timestamp
    /// When anything of it, its secrets too, was last changed by somebody.
    package var updatedAt: Timestamp
    /// Names of the roles whose holders may use it; nil: everybody who may use credentials.
    package var sharedWith: [String]?
    package var state: State
    /// Why it is not ready; holds no secret.
    package var reason: String?

    package init(
        id: CredentialID, tenant: TenantID, name: String, kind: CredentialKind, connector: String?, hosts: [String],
        settings: JSON, createdAt: Timestamp, updatedAt: Timestamp? = nil, sharedWith: [String]? = nil,
        state: State = .ready, reason: String? = nil
    ) {
        self.id = id
        self.tenant = tenant
        self.name = name
        self.kind = kind
        self.connector = connector
        self.hosts = hosts
        self.settings = settings
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
        self.sharedWith = sharedWith
        self.state = state
        self.reason = reason
    }
}

/// A credential's secrets as they are stored.
package struct SealedContent: Sendable, Equatable {
    package var bytes: [UInt8]
    /// The data key that sealed them; nil: the installation's own key, before tenants had theirs.
    package var key: DataKeyID?

    package init(_ bytes: [UInt8], key: DataKeyID? = nil) {
        self.bytes = bytes
        self.key = key
    }
}

/// A credential as it is stored.
package struct SealedCredential: Sendable, Equatable {
    package var record: CredentialRecord
    package var content: SealedContent

    package init(record: CredentialRecord, content: SealedContent) {
        self.record = record
        self.content = content
    }
}

/// Credentials with their sealed content, which this store cannot open. What is stored must be sealed with the tenant's
/// current data key: otherwise these functions throw `StaleDataKey`, and have stored nothing.
package protocol CredentialStore: Sendable {
    /// Throws `StoreConflict.nameTaken`.
    func create(_ record: CredentialRecord, sealed: SealedContent) async throws
    func delete(named name: String, in tenant: TenantID) async throws -> Bool
    func delete(_ id: CredentialID, in tenant: TenantID) async throws -> Bool
    /// Sorted by name; a tenant has at most a few hundred, so this list has no pages.
    func credentials(in tenant: TenantID) async throws -> [CredentialRecord]
    func credential(named name: String, in tenant: TenantID) async throws -> SealedCredential?
    func credential(_ id: CredentialID, in tenant: TenantID) async throws -> SealedCredential?
    /// Changes a credential while nobody else can: its row is held (`for update`) from before `change` is called, with what
    /// is stored then, until what it answers is stored durably. Others who change it wait; those who read it do not. With
    /// nil, or when `change` throws, nothing is changed. Answers what is stored then; nil when there is no such credential.
    ///
    /// `key` is what the new content will be sealed with; it stays the tenant's current one until the end, and when it is
    /// not by then, `StaleDataKey` is thrown before `change` is called. A connection to the database is taken for as long as
    /// `change` runs. Id, tenant, kind and the time it was made stay. Throws `StoreConflict.nameTaken`.
    func change(
        _ id: CredentialID, in tenant: TenantID, under key: DataKeyID,
        _ change: (SealedCredential) async throws -> SealedCredential?
    ) async throws -> SealedCredential?
    /// Replaces the sealed content of one that still has the expected content, and changes nothing else. False otherwise.
    func reseal(
        _ id: CredentialID, in tenant: TenantID, expecting: SealedContent, with content: SealedContent
    ) async throws -> Bool
    /// Those that are not sealed with that key, in the order of their ids, from behind one on.
    func credentials(
        notUnder key: DataKeyID, after: CredentialID?, limit: Int, in tenant: TenantID
    ) async throws -> [SealedCredential]
}

/// Settings of connectors that the operator set (`base_url` of a self-hosted edition, …).
package protocol ConnectorSettingsStore: Sendable {
    /// An object; empty when nothing was set.
    func settings(of connector: String, in tenant: TenantID) async throws -> JSON
    func set(_ settings: JSON, of connector: String, in tenant: TenantID, at: Timestamp) async throws
}

/// A credential that may be used: its record and its opened content, for the one call that needs it.
package struct CredentialGrant: Sendable {
    package var record: CredentialRecord
    /// By the names of `CredentialKind.fields`, and what the vault's own parts keep beside them.
    package var fields: [String: Secret]

    package init(record: CredentialRecord, fields: [String: Secret]) {
        self.record = record
        self.fields = fields
    }
}

/// Opens credentials.
package protocol CredentialSource: Sendable {
    /// Nil when the tenant has no such credential. The purpose is what is taken down of the use.
    func grant(named name: String, in tenant: TenantID, for purpose: CredentialPurpose) async throws
        -> CredentialGrant?
    /// The credential with another secret, after the vendor refused that of `grant`; nil when there is no other.
    func renewed(_ grant: CredentialGrant) async throws -> CredentialGrant?
}

extension CredentialSource {
    package func renewed(_ grant: CredentialGrant) async throws -> CredentialGrant? { nil }
}
