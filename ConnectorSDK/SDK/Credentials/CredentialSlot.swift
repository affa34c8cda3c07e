/// A place for a credential. A workflow's node names one of the tenant's credentials for it; the host attaches the secret
/// to requests as the kind says. The connector never sees it.
public struct CredentialSlot: Sendable {
    /// Snake case, unique in the connector.
    public var name: String
    /// "Bot token".
    public var title: String
    /// Where one gets it, and which permissions it needs. Markdown.
    public var about: String
    /// Whether its actions make no sense without it.
    public var isRequired: Bool
    /// What fits, the recommended one first.
    public var kinds: [Kind]

    public init(_ name: String, title: String, about: String = "", isRequired: Bool = true, kinds: [Kind]) {
        self.name = name
        self.title = title
        self.about = about
        self.isRequired = isRequired
        self.kinds = kinds
    }

    /// What a credential consists of, and how it is sent.
    public enum Kind: Sendable {
        /// A token, sent as `Authorization: Bearer …`.
        case bearer
        /// User name and password, sent as HTTP Basic (RFC 7617).
        case basic
        /// A key in a header, behind a prefix.
        case header(String, prefix: String = "")
        /// A key in a query parameter.
        case query(String)
        /// A key that the credential, or the operator, says how to send, for connectors to any service: settings of these
        /// names hold `header` or `query`, the name, and the prefix.
        case chosen(placeSetting: String, nameSetting: String, prefixSetting: String)
    }
}
