package import PatchbayJSON

/// A credential without its secrets.
package struct CredentialRecord: Sendable, Equatable {
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

    package init(
        id: CredentialID, tenant: TenantID, name: String, kind: CredentialKind, connector: String?, hosts: [String],
        settings: JSON, createdAt: Timestamp
    ) {
        self.id = id
        self.tenant = tenant
        self.name = name
        self.kind = kind
        self.connector = connector
        self.hosts = hosts
        self.settings = settings
        self.createdAt = createdAt
    }
}

/// Credentials with their sealed content, which this store cannot open.
package protocol CredentialStore: Sendable {
    func create(_ record: CredentialRecord, sealed: [UInt8]) async throws
    func delete(named name: String, in tenant: TenantID) async throws -> Bool
    func delete(_ id: CredentialID, in tenant: TenantID) async throws -> Bool
    /// Sorted by name; a tenant has at most a few hundred, so this list has no pages.
    func credentials(in tenant: TenantID) async throws -> [CredentialRecord]
    func credential(named name: String, in tenant: TenantID) async throws -> (
        record: CredentialRecord, sealed: [UInt8]
    )?
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
    /// By the names of `CredentialKind.fields`.
    package var fields: [String: Secret]

    package init(record: CredentialRecord, fields: [String: Secret]) {
        self.record = record
        self.fields = fields
    }
}

/// Opens credentials.
package protocol CredentialSource: Sendable {
    /// Nil when the tenant has no such credential.
    func grant(named name: String, in tenant: TenantID) async throws -> CredentialGrant?
}
