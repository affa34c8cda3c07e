import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import PatchbaySecurity

/// Whether a credential fits an operation's slot, and how its secret is sent.
struct CredentialUse {
    var slot: String
    /// Nil for a kind that is never sent.
    var attachment: SecretAttachment?
    var grant: CredentialGrant
    /// Whether the connector is given the secret itself.
    var isRead = false

    /// Nil when the operation takes none, or an optional one was not named. Throws a failure for the person who built the
    /// workflow. `settings` are the call's own.
    static func of(
        _ grant: CredentialGrant?, named name: String?, for operation: BoundOperation, settings: JSONObject
    ) throws(OperationFailure) -> CredentialUse? {
        func failure(_ message: String) -> OperationFailure {
            OperationFailure(code: .config, message: message, effect: OperationFailure.Effect.none)
        }
        guard let slot = operation.slot else {
            if let name {
                throw failure("\(operation.connector)/\(operation.id) takes no credential, but `\(name)` is named.")
            }
            return nil
        }
        let kinds = slot.kinds.map(\.kind.rawValue).joined(separator: " or ")
        guard let name else {
            guard slot.isRequired else { return nil }
            throw failure(
                "\(operation.connector)/\(operation.id) needs a credential (\(slot.title): \(kinds)); name one in the node."
            )
        }
        guard let grant else { throw failure("There is no credential `\(name)`.") }
        if let connector = grant.record.connector, connector != operation.connector {
            throw failure("The credential `\(name)` is for \(connector), not for \(operation.connector).")
        }
        // Its own kind before another that it can stand for.
        let fitting = slot.kinds.filter { grant.record.kind.fits($0.kind) }
        guard let kind = fitting.first(where: { $0.kind == grant.record.kind }) ?? fitting.first else {
            throw failure(
                "The credential `\(name)` is of the kind \(grant.record.kind.rawValue); \(slot.title) takes \(kinds).")
        }
        if let missing = kind.kind.usedFields.first(where: { grant.fields[$0] == nil }) {
            throw failure("The credential `\(name)` lacks `\(missing)`; add it anew.")
        }
        if slot.access == .read {
            return CredentialUse(slot: slot.name, attachment: nil, grant: grant, isRead: true)
        }
        if case .awsSignature(_, let setting) = kind, settings[setting]?.string == nil {
            throw failure("The settings of the credential `\(name)` name no region: `\(setting)` must hold one.")
        }
        guard let sent = kind.settled(by: settings) else {
            throw failure(
                "The settings of the credential `\(name)` do not say how its key is sent: \(kind.settingNames) must hold "
                    + "`header` or `query`, and a name for it.")
        }
        return CredentialUse(slot: slot.name, attachment: sent.attachment(grant.fields, settings), grant: grant)
    }
}

extension CredentialDeclaration.Kind {
    /// How the secret goes out; nil for what is never sent.
    fileprivate func attachment(_ fields: [String: Secret], _ settings: JSONObject) -> SecretAttachment? {
        func field(_ name: String) -> String { fields[name]?.reveal() ?? "" }
        switch self {
        case .bearer, .oauth2: return .header(name: "Authorization", value: Secret("Bearer " + field("token")))
        case .basic:
            let pair = Base64.encode((field("username") + ":" + field("password")).utf8)
            return .header(name: "Authorization", value: Secret("Basic " + pair))
        case .header(let name, let prefix): return .header(name: name, value: Secret(prefix + field("key")))
        case .query(let name, let prefix): return .query(name: name, value: Secret(prefix + field("key")))
        case .awsSignature(let service, let setting):
            let signature = AWSSignature(
                accessKey: field("username"), secretKey: Secret(field("password")),
                region: settings[setting]?.string ?? "", service: service)
            return .signature(AWSRequestSigner(signature: signature))
        case .chosen, .secret: return nil
        }
    }

    /// With what settings choose put in; nil when they choose nothing that can be.
    fileprivate func settled(by settings: JSONObject) -> CredentialDeclaration.Kind? {
        guard case .chosen(let place, let name, let prefixSetting) = self else { return self }
        let prefix = prefixSetting.flatMap { settings[$0]?.string } ?? ""
        guard let name = settings[name]?.string, Self.isFieldName(name), Self.isPrefix(prefix) else { return nil }
        switch settings[place]?.string {
        case "header": return .header(name: name, prefix: prefix)
        case "query": return .query(name: name, prefix: prefix)
        default: return nil
        }
    }

    fileprivate var settingNames: String {
        guard case .chosen(let place, let name, let prefix) = self else { return "" }
        return [place, name, prefix].compactMap(\.self).map { "`\($0)`" }.joined(separator: ", ")
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
