import PatchbayJSON

/// What a provider says of itself (OpenID Connect Discovery 1.0, 3).
struct ProviderMetadata: Sendable, Equatable {
    var authorizationEndpoint: String
    var tokenEndpoint: String
    var keysAddress: String
    var userInfoEndpoint: String?
    /// Of the two ways to send the client's secret, that in the form instead of the header.
    var wantsSecretInForm: Bool
    /// It says in its answer whose answer it is (RFC 9207).
    var namesIssuer: Bool

    /// Where a provider's document stands.
    static func address(of issuer: String) -> String {
        (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
    }

    /// Throws `OpenIDFailure` for a document that lacks something, or that is another issuer's.
    init(_ document: JSON, of issuer: String) throws(OpenIDFailure) {
        guard document["issuer"]?.string == issuer else {
            throw OpenIDFailure(
                .provider, "the provider calls itself by another issuer than the one that is configured, \(issuer)")
        }
        func endpoint(_ name: String) throws(OpenIDFailure) -> String {
            guard let url = document[name]?.string else {
                throw OpenIDFailure(.provider, "the provider's document lacks \(name)")
            }
            // An issuer on this machine may do without TLS; one that has it must not lead out of it.
            guard OpenIDSettings.isSafe(url), url.hasPrefix("https://") || issuer.hasPrefix("http://"),
                url.utf8.count <= 2_000, !url.contains("#")
            else { throw OpenIDFailure(.provider, "the provider's \(name) is no https address") }
            return url
        }
        authorizationEndpoint = try endpoint("authorization_endpoint")
        tokenEndpoint = try endpoint("token_endpoint")
        keysAddress = try endpoint("jwks_uri")
        userInfoEndpoint = document["userinfo_endpoint"] == nil ? nil : try endpoint("userinfo_endpoint")
        let ways = document["token_endpoint_auth_methods_supported"]?.array?.compactMap(\.string) ?? []
        wantsSecretInForm = !ways.contains("client_secret_basic") && ways.contains("client_secret_post")
        namesIssuer = document["authorization_response_iss_parameter_supported"]?.bool ?? false
    }
}
