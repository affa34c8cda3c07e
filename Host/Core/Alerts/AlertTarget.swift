package import PatchbayJSON

/// Who is told when an alert fires or is over.
package enum AlertTarget: Sendable, Equatable {
    /// Letters to these addresses.
    case email([String])
    /// A message in a channel, by the token of a credential for the connector `slack`.
    case slack(channel: String, credential: String)
    /// A request that is signed as webhooks of the scheme `patchbay` are, with the secret of a credential.
    case webhook(url: String, credential: String)

    package enum Kind: String, Sendable, CaseIterable { case email, slack, webhook }

    /// Of one alert.
    package static let most = 10
    private static let mostAddresses = 20

    /// The credential that it names.
    package var credential: String? {
        switch self {
        case .email: nil
        case .slack(_, let credential), .webhook(_, let credential): credential
        }
    }

    package var kind: Kind {
        switch self {
        case .email: .email
        case .slack: .slack
        case .webhook: .webhook
        }
    }

    package var json: JSON {
        switch self {
        case .email(let addresses): ["type": "email", "to": .array(addresses.map(JSON.string))]
        case .slack(let channel, let credential):
            ["type": "slack", "channel": .string(channel), "credential": .string(credential)]
        case .webhook(let url, let credential):
            ["type": "webhook", "url": .string(url), "credential": .string(credential)]
        }
    }

    /// Reads one; nil when something is missing or wrong, which the reader then knows.
    package init?(reading reader: inout MemberReader) {
        guard let kind = reader.word("type", of: Kind.self, required: true) else { return nil }
        switch kind {
        case .email:
            reader.refuseUnknown(known: ["type", "to"])
            guard let addresses = Self.addresses(&reader) else { return nil }
            self = .email(addresses)
        case .slack:
            reader.refuseUnknown(known: ["type", "channel", "credential"])
            let channel = reader.text("channel", required: true, limit: 80)
            guard let credential = reader.text("credential", required: true, limit: 100), let channel else {
                return nil
            }
            self = .slack(channel: channel, credential: credential)
        case .webhook:
            reader.refuseUnknown(known: ["type", "url", "credential"])
            let url = Self.url(&reader)
            guard let credential = reader.text("credential", required: true, limit: 100), let url else { return nil }
            self = .webhook(url: url, credential: credential)
        }
    }

    private static func addresses(_ reader: inout MemberReader) -> [String]? {
        guard let values = reader.array("to", required: true) else { return nil }
        guard (1...mostAddresses).contains(values.count) else {
            reader.report(
                "bad-value", at: "to", "\"to\" of \(reader.subject) must hold 1 to \(mostAddresses) addresses")
            return nil
        }
        var addresses: [String] = []
        for value in values {
            guard let address = value.string.flatMap(EmailAddress.canonical) else {
                reader.report(
                    "bad-value", at: "to",
                    "\"to\" of \(reader.subject) must hold addresses, such as \"ada@example.com\"")
                return nil
            }
            if !addresses.contains(address) { addresses.append(address) }
        }
        return addresses
    }

    /// Where it may go is asked when it is sent.
    private static func url(_ reader: inout MemberReader) -> String? {
        guard let text = reader.text("url", required: true, limit: 2_000) else { return nil }
        let isWeb = ["https://", "http://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }
        guard isWeb, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            reader.report(
                "bad-value", at: "url", "\"url\" of \(reader.subject) must be an absolute URL of the web",
                hint: "it begins with https:// or http://, without blanks")
            return nil
        }
        return text
    }
}

extension AlertTarget {
    /// What a credential would have to be; nil when it is that. A token for another service must not be sent to Slack, and only what
    /// never leaves the host signs.
    package func misfit(of record: CredentialRecord) -> String? {
        switch self {
        case .email: nil
        case .slack:
            record.kind.fits(.bearer) && record.connector == "slack"
                ? nil : "it must be a bearer token, or a client of OAuth 2.0, for the connector slack"
        case .webhook: record.kind == .secret ? nil : "it must be of the kind secret"
        }
    }
}
