import PatchbayCore
import PatchbayOutbound

/// Whether a credential fits an operation's slot, and how its secret is sent.
struct CredentialUse {
    var slot: String
    /// Nil for a kind that is never sent.
    var attachment: SecretAttachment?
    var grant: CredentialGrant

    /// Nil when the operation takes none, or an optional one was not named. Throws a failure for the person who built the
    /// workflow.
    static func of(
        _ grant: CredentialGrant?, named name: String?, for operation: ManifestOperation, in manifest: Manifest
    ) throws(OperationFailure) -> CredentialUse? {
        func failure(_ message: String) -> OperationFailure {
            OperationFailure(code: .config, message: message, effect: OperationFailure.Effect.none)
        }
        guard let slot = operation.credential.flatMap(manifest.credential) else {
            if let name { throw failure("\(manifest.id)/\(operation.id) takes no credential, but `\(name)` is named.") }
            return nil
        }
        let kinds = slot.kinds.map(\.kind.rawValue).joined(separator: " or ")
        guard let name else {
            guard slot.isRequired else { return nil }
            throw failure("\(manifest.id)/\(operation.id) needs a credential (\(slot.title): \(kinds)); name one in the node.")
        }
        guard let grant else { throw failure("There is no credential `\(name)`.") }
        if let connector = grant.record.connector, connector != manifest.id {
            throw failure("The credential `\(name)` is for \(connector), not for \(manifest.id).")
        }
        guard let kind = slot.kinds.first(where: { $0.kind == grant.record.kind }) else {
            throw failure("The credential `\(name)` is of the kind \(grant.record.kind.rawValue); \(slot.title) takes \(kinds).")
        }
        if let missing = kind.kind.fields.first(where: { grant.fields[$0] == nil }) {
            throw failure("The credential `\(name)` lacks `\(missing)`; add it anew.")
        }
        return CredentialUse(slot: slot.name, attachment: kind.attachment(grant.fields), grant: grant)
    }
}

extension CredentialDeclaration.Kind {
    /// How the secret goes out; nil for what is never sent.
    fileprivate func attachment(_ fields: [String: Secret]) -> SecretAttachment? {
        func field(_ name: String) -> String { fields[name]?.reveal() ?? "" }
        switch self {
        case .bearer: return .header(name: "Authorization", value: Secret("Bearer " + field("token")))
        case .basic:
            let pair = Base64.encode((field("username") + ":" + field("password")).utf8)
            return .header(name: "Authorization", value: Secret("Basic " + pair))
        case .header(let name, let prefix): return .header(name: name, value: Secret(prefix + field("key")))
        case .query(let name, let prefix): return .query(name: name, value: Secret(prefix + field("key")))
        case .secret: return nil
        }
    }
}

extension CredentialGrant {
    /// What must not be seen: every field but the user name, and what is made of both.
    var secrets: [Secret] {
        let fields = fields.filter { $0.key != "username" }.map(\.value)
        guard record.kind == .basic, let name = self.fields["username"], let password = self.fields["password"] else {
            return fields
        }
        return fields + [Secret(Base64.encode((name.reveal() + ":" + password.reveal()).utf8))]
    }
}
