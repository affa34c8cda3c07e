import PatchbayJSON

/// Those who give a connector's OAuth 2.0 tokens: what their documentation says of them.
public struct OAuthProvider: Sendable {
    /// Where somebody's browser is sent to allow it (RFC 6749, 3.1).
    public var authorizeURL: String?
    /// Where tokens are got (RFC 6749, 3.2).
    public var tokenURL: String?
    /// Where tokens are taken back (RFC 7009).
    public var revokeURL: String?
    /// What the connector's actions need.
    public var scopes: [String]
    public var authentication: Authentication

    /// How a client proves who it is (RFC 6749, 2.3.1).
    public enum Authentication: String, Sendable {
        /// HTTP Basic, which every provider must take.
        case basic
        /// As fields of the form, which some want.
        case body
    }

    public init(
        authorizeURL: String? = nil, tokenURL: String? = nil, revokeURL: String? = nil, scopes: [String] = [],
        authentication: Authentication = .basic
    ) {
        self.authorizeURL = authorizeURL
        self.tokenURL = tokenURL
        self.revokeURL = revokeURL
        self.scopes = scopes
        self.authentication = authentication
    }

    var json: JSON {
        var object: JSONObject = ["kind": "oauth2"]
        object["authorize_url"] = authorizeURL.map(JSON.string)
        object["token_url"] = tokenURL.map(JSON.string)
        object["revoke_url"] = revokeURL.map(JSON.string)
        if !scopes.isEmpty { object["scopes"] = .array(scopes.map(JSON.string)) }
        if authentication != .basic { object["client_authentication"] = .string(authentication.rawValue) }
        return .object(object)
    }
}
