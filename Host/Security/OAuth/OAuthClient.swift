package import PatchbayCore

/// What an authorisation server knows this host as, and where it is asked: the part of an OAuth 2.0 credential that people
/// enter (RFC 6749, 2).
package struct OAuthClient: Sendable, Equatable {
    /// How tokens are come by (RFC 6749, 1.3).
    package enum Grant: String, Sendable, CaseIterable {
        /// Somebody allows it in their browser (4.1).
        case authorizationCode = "authorization_code"
        /// The client itself is the one who has the rights (4.4).
        case clientCredentials = "client_credentials"
    }

    /// How the client proves who it is (RFC 6749, 2.3.1).
    package enum Authentication: String, Sendable, CaseIterable {
        /// HTTP Basic, which every server must take.
        case basic
        /// As fields of the form.
        case body
    }

    package var id: String
    /// Nil: a public client, which proves nothing but PKCE.
    package var secret: Secret?
    package var grant: Grant
    package var authentication: Authentication
    package var scopes: [String]
    package var authorizeURL: String?
    package var tokenURL: String
    /// RFC 7009; nil: tokens are forgotten without telling.
    package var revokeURL: String?

    /// From a credential's fields; nil when one that it needs is missing or a word is none that is known.
    package init?(_ fields: [String: Secret]) {
        func text(_ name: String) -> String? { fields[name]?.reveal() }
        let grant = text(Field.grant).map(Grant.init(rawValue:)) ?? .authorizationCode
        let authentication = text(Field.authentication).map(Authentication.init(rawValue:)) ?? .basic
        guard let id = text(Field.id), let tokenURL = text(Field.tokenURL), let grant, let authentication else {
            return nil
        }
        self.id = id
        self.tokenURL = tokenURL
        self.grant = grant
        self.authentication = authentication
        secret = fields[Field.secret]
        scopes = text(Field.scopes)?.split(separator: " ").map(String.init) ?? []
        authorizeURL = text(Field.authorizeURL)
        revokeURL = text(Field.revokeURL)
    }

    /// Names of a credential's fields.
    enum Field {
        static let id = "client_id"
        static let secret = "client_secret"
        static let grant = "grant"
        static let authentication = "client_authentication"
        static let scopes = "scopes"
        static let authorizeURL = "authorize_url"
        static let tokenURL = "token_url"
        static let revokeURL = "revoke_url"
    }
}
