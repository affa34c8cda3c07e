import PatchbayCore
import PatchbayJSON

extension ManifestFindings {
    /// `{"kind": "oauth2"}` with what the connector knows of its provider.
    mutating func oauthProvider(_ node: ManifestNode) -> CredentialDeclaration.Kind? {
        onlyKnown(
            ["kind", "authorize_url", "token_url", "revoke_url", "scopes", "client_authentication"], of: node)
        let urls = ["authorize_url", "token_url", "revoke_url"].map { name in
            optional(name, of: node, need: "an https URL of at most 2048 characters without a fragment") {
                $0.value.string.flatMap { Self.isSecureURL($0) ? $0 : nil }
            }
        }
        let scopes = array("scopes", of: node, isRequired: false).compactMap { element in
            value(of: element, need: "a word of visible ASCII without `\"` and `\\`") {
                $0.value.string.flatMap { Self.isScope($0) ? $0 : nil }
            }
        }
        if scopes.count > 100 {
            problem(node.pointer + "/scopes", "has \(scopes.count) scopes", need: "at most 100")
        }
        let authentication = optional("client_authentication", of: node, need: "`basic` or `body`") {
            $0.value.string.flatMap { ["basic", "body"].contains($0) ? $0 : nil }
        }
        return .oauth2(
            OAuthProvider(
                authorizeURL: urls[0], tokenURL: urls[1], revokeURL: urls[2], scopes: scopes,
                authentication: authentication))
    }

    private static func isSecureURL(_ text: String) -> Bool {
        let prefix = "https://"
        return text.hasPrefix(prefix) && (prefix.utf8.count + 1...2_048).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"#\\".utf8.contains($0) }
            && !text.dropFirst(prefix.count).prefix { $0 != "/" && $0 != "?" }.contains("@")
    }

    /// RFC 6749, 3.3.
    private static func isScope(_ text: String) -> Bool {
        (1...200).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"\"\\".utf8.contains($0) }
    }
}
