import PatchbayCore

/// Whether the credential that a node names is there and fits.
struct CredentialCheck {
    private let records: [String: CredentialRecord]
    /// For suggestions.
    private let names: [String]

    init(_ credentials: [CredentialRecord]) {
        records = Dictionary(credentials.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        names = credentials.map(\.name)
    }

    struct Refusal: Error {
        var code: String
        var message: String
        var hint: String?
    }

    /// For an action's slot.
    func check(_ name: String?, for declaration: OperationDeclaration) throws(Refusal) {
        let connector = declaration.reference.connector
        guard let slot = declaration.credential else {
            guard let name else { return }
            throw Refusal(
                code: "unused-credential",
                message: "\(declaration.reference) takes no credential, and the node names \(name.quoted)",
                hint: "remove \"credential\"")
        }
        guard let name else {
            guard slot.isRequired else { return }
            let fitting = records.values.filter { fits($0, slot, connector) }.map(\.name).sorted()
            let first = fitting.first.map { ", such as \($0.quoted)" } ?? ""
            throw Refusal(
                code: "missing-credential",
                message: "\(declaration.reference) needs a credential (\(list(slot.kinds)))",
                hint: "name one in \"credential\"" + first)
        }
        let record = try record(name)
        if let other = record.connector, other != connector {
            throw Refusal(
                code: "misfit-credential",
                message: "the credential \(name.quoted) is for \(other.quoted), and the node uses \(connector.quoted)",
                hint: "create a credential for \(connector.quoted)")
        }
        guard slot.takes(record.kind) else {
            throw Refusal(
                code: "misfit-credential",
                message: "the credential \(name.quoted) is of kind \(record.kind.rawValue.quoted), and "
                    + "\(connector.quoted) takes \(list(slot.kinds))",
                hint: "create a credential of such a kind")
        }
    }

    /// For a webhook's signing key.
    func checkSecret(_ name: String) throws(Refusal) {
        let record = try record(name)
        guard record.kind == .secret else {
            throw Refusal(
                code: "misfit-credential",
                message: "the credential \(name.quoted) is of kind \(record.kind.rawValue.quoted), and a webhook's "
                    + "signing key is of kind \"secret\"", hint: "create a credential of kind \"secret\"")
        }
    }

    /// For messages in Slack.
    func checkSlack(_ name: String) throws(Refusal) {
        guard let hint = AlertTarget.slack(channel: "", credential: name).misfit(of: try record(name)) else { return }
        throw Refusal(
            code: "misfit-credential", message: "the credential \(name.quoted) cannot post in Slack", hint: hint)
    }

    private func record(_ name: String) throws(Refusal) -> CredentialRecord {
        if let record = records[name] { return record }
        throw Refusal(
            code: "unknown-credential", message: "there is no credential \(name.quoted)",
            hint: Suggestion.hint(for: name, among: names, known: "credentials are")
                ?? "create it with: patchbay credential add")
    }

    private func fits(_ record: CredentialRecord, _ slot: CredentialSlot, _ connector: String) -> Bool {
        slot.takes(record.kind) && (record.connector ?? connector) == connector
    }

    private func list(_ kinds: [CredentialKind]) -> String {
        kinds.map(\.rawValue.quoted).joined(separator: " or ")
    }
}
