package import PatchbayJSON

/// What a connector's manifest says of those who give its OAuth 2.0 tokens. It fills what is left out of a new credential.
package struct OAuthProvider: Sendable, Equatable {
    package var authorizeURL: String?
    package var tokenURL: String?
    package var revokeURL: String?
    package var scopes: [String]
    /// `basic` or `body`; nil: nothing is said.
    package var authentication: String?

    package init(
        authorizeURL: String? = nil, tokenURL: String? = nil, revokeURL: String? = nil, scopes: [String] = [],
        authentication: String? = nil
    ) {
        self.authorizeURL = authorizeURL
        self.tokenURL = tokenURL
        self.revokeURL = revokeURL
        self.scopes = scopes
        self.authentication = authentication
    }

    /// As a kind in a manifest that was read and found right.
    package init(_ kind: JSON) {
        self.init(
            authorizeURL: kind["authorize_url"]?.string, tokenURL: kind["token_url"]?.string,
            revokeURL: kind["revoke_url"]?.string, scopes: kind["scopes"]?.array?.compactMap(\.string) ?? [],
            authentication: kind["client_authentication"]?.string)
    }

    /// Of the first slot in a manifest that names one; nil when none does.
    package init?(inManifest manifest: JSON) {
        for slot in manifest["permissions"]?["credentials"]?.array ?? [] {
            for kind in slot["kinds"]?.array ?? [] where kind["kind"] == "oauth2" {
                self.init(kind)
                return
            }
        }
        return nil
    }

    /// A credential's fields with what they leave out. Who brings a token URL of their own means another provider, of whom
    /// nothing is known here.
    package func completing(_ fields: [String: Secret]) -> [String: Secret] {
        guard fields["token_url"] == nil || fields["token_url"]?.reveal() == tokenURL else { return fields }
        var known: [String: String] = [:]
        known["token_url"] = tokenURL
        known["authorize_url"] = authorizeURL
        known["revoke_url"] = revokeURL
        known["client_authentication"] = authentication
        if !scopes.isEmpty { known["scopes"] = scopes.joined(separator: " ") }
        return fields.merging(known.mapValues { Secret($0) }) { given, _ in given }
    }
}

extension ConnectorInventory {
    /// A new credential's fields with what the newest version of its connector knows of the provider. It is kept with the
    /// credential: a later version of the connector does not send the client's secret elsewhere.
    package func completing(
        _ fields: [String: Secret], kind: CredentialKind, of connector: String?
    ) -> [String: Secret] {
        guard kind == .oauth2, let connector, let version = versions(of: connector).first,
            let provider = manifest(of: connector, version: version).flatMap({ OAuthProvider(inManifest: $0) })
        else { return fields }
        return provider.completing(fields)
    }
}
