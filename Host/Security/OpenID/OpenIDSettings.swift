package import PatchbayCore

/// A provider of identities, as the operator describes it.
package struct OpenIDSettings: Sendable, Equatable {
    /// Names it in addresses: lower-case letters, digits and `-`.
    package var id: String
    /// For people.
    package var title: String
    /// Exactly as the provider writes it (OpenID Connect Discovery 1.0, 4.3).
    package var issuer: String
    package var clientID: String
    /// Nil: a public client, which PKCE alone protects.
    package var clientSecret: Secret?
    /// Begins with `openid`.
    package var scopes: [String]
    /// Domains of e-mail addresses that the provider's word is enough for: whoever has such an address, verified, signs
    /// in to the account that has it already, and may be let in without an invitation. `*`: all.
    package var domains: [String]
    /// What people of these domains become who are not invited anywhere; nil: they are refused.
    package var newcomers: Newcomers?

    package struct Newcomers: Sendable, Equatable {
        package var tenant: TenantID
        package var role: Role

        package init(tenant: TenantID, role: Role) {
            self.tenant = tenant
            self.role = role
        }
    }

    package init(
        id: String, title: String, issuer: String, clientID: String, clientSecret: Secret?,
        scopes: [String] = ["openid", "email", "profile"], domains: [String] = [], newcomers: Newcomers? = nil
    ) {
        self.id = id
        self.title = title
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.scopes = scopes
        self.domains = domains
        self.newcomers = newcomers
    }

    /// Whether the provider speaks for an address, given as `EmailAddress` writes it.
    package func speaks(for email: String) -> Bool {
        guard let at = email.lastIndex(of: "@") else { return false }
        let domain = email[email.index(after: at)...]
        return domains.contains { $0 == "*" || $0.lowercased() == domain }
    }

    /// Nothing that is secret goes over the wire in the clear, except on this machine itself.
    package static func isSafe(_ url: String) -> Bool {
        if url.hasPrefix("https://") { return true }
        guard url.hasPrefix("http://") else { return false }
        let authority = url.dropFirst("http://".count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else { return false }
        return ["localhost", "127.0.0.1", "[::1]"].contains { authority == $0 || authority.hasPrefix($0 + ":") }
    }
}
