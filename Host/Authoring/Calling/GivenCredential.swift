import PatchbayCore
package import PatchbayJSON

/// A credential from a file, for trying a connector out without a vault.
package struct GivenCredential: Sendable {
    let kind: CredentialKind
    let fields: [String: Secret]
    let hosts: [String]
    let settings: JSON

    /// Reads `{"token": "…"}`, `{"username": "…", "password": "…"}` or `{"key": "…"}`, with `kind`, `hosts` and `settings`
    /// beside it where they are needed. Messages show no value.
    package init(_ json: JSON) throws(AuthoringError) {
        let known: Set<String> = ["kind", "hosts", "settings"]
        let given = (json.object ?? [:]).filter { !known.contains($0.name) }
        var fields: [String: Secret] = [:]
        for member in given {
            guard let text = member.value.string, !text.isEmpty else {
                throw AuthoringError("`\(member.name)` of the credential must be a text.")
            }
            fields[member.name] = Secret(text)
        }
        let kinds = CredentialKind.allCases
        let named = json["kind"]?.string
        let kind = named.map { CredentialKind(rawValue: $0) } ?? kinds.first { Set($0.usedFields) == Set(fields.keys) }
        guard let kind, Set(kind.usedFields) == Set(fields.keys) else {
            let forms = kinds.map { "\($0.rawValue): " + $0.usedFields.joined(separator: " and ") }
            throw AuthoringError(
                "The credential's members fit no kind. There are " + forms.joined(separator: "; ") + ".")
        }
        self.kind = kind
        self.fields = fields
        hosts = (json["hosts"]?.array ?? []).compactMap(\.string)
        settings = json["settings"] ?? [:]
    }
}

/// What a call is given in place of a tenant's vault and settings.
struct GivenSources: CredentialSource, ConnectorSettingsStore {
    /// What the one credential is called.
    static let name = "given"

    let credential: GivenCredential?
    let settings: JSON

    func grant(
        named name: String, in tenant: TenantID, for purpose: CredentialPurpose
    ) async throws -> CredentialGrant? {
        guard let credential, name == Self.name else { return nil }
        let record = CredentialRecord(
            id: CredentialID(high: 1, low: 1), tenant: tenant, name: name, kind: credential.kind, connector: nil,
            hosts: credential.hosts, settings: credential.settings, createdAt: Timestamp(milliseconds: 0))
        return CredentialGrant(record: record, fields: credential.fields)
    }

    func settings(of connector: String, in tenant: TenantID) async throws -> JSON { settings }

    func set(_ settings: JSON, of connector: String, in tenant: TenantID, at: Timestamp) async throws {}
}
