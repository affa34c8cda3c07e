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
    public var access: Access
    /// What fits, the recommended one first.
    public var kinds: [Kind]
    /// The action that people try a credential with: one of the connector's own that only reads, needs no input, takes this
    /// slot's credential, and fails with `authDenied` when the vendor does not take it. Without one, the first such action.
    public var check: (any Action.Type)?

    /// Who holds the secret.
    public enum Access: String, Sendable {
        /// The host alone, which attaches it to requests.
        case inject
        /// The connector, too (`Context.secret`): for protocols that the host does not speak. People are told so.
        case read
    }

    public init(
        _ name: String, title: String, about: String = "", isRequired: Bool = true, access: Access = .inject,
        kinds: [Kind], check: (any Action.Type)? = nil
    ) {
        self.name = name
        self.title = title
        self.about = about
        self.isRequired = isRequired
        self.access = access
        self.kinds = kinds
        self.check = check
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
        /// A text that is never attached to anything, for slots that are read.
        case secret
        /// The id of an access key as user name and its secret as password, with which the host signs requests to this
        /// service (AWS Signature Version 4) for the region that the setting of this name holds.
        case awsSignature(service: String, regionSetting: String)
        /// The access token of an OAuth 2.0 client (RFC 6749), which the host gets and renews, sent as
        /// `Authorization: Bearer …`. What is said of the provider fills the form of a new credential; what is left out,
        /// people enter. A slot that takes `bearer` takes such a credential anyway.
        case oauth2(OAuthProvider)
    }
}
