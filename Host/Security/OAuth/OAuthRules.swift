import PatchbayCore

/// What the fields of an OAuth 2.0 credential must be, beyond what every credential's are. Messages hold no value but those
/// words that are no secret.
enum OAuthRules {
    private typealias Field = OAuthClient.Field

    static func problems(of fields: [String: Secret]) -> [Problem] {
        words(fields) + urls(fields) + scopes(fields) + together(fields)
    }

    private static func words(_ fields: [String: Secret]) -> [Problem] {
        let known = [
            (Field.grant, OAuthClient.Grant.allCases.map(\.rawValue)),
            (Field.authentication, OAuthClient.Authentication.allCases.map(\.rawValue)),
        ]
        return known.compactMap { name, words in
            guard let value = fields[name]?.reveal(), !words.contains(value) else { return nil }
            return problem(
                name, "“\(name)” is none of the words that are known.",
                hint: "They are " + words.map { "“\($0)”" }.joined(separator: " and ") + ".")
        }
    }

    private static func urls(_ fields: [String: Secret]) -> [Problem] {
        [Field.authorizeURL, Field.tokenURL, Field.revokeURL].compactMap { name in
            guard let text = fields[name]?.reveal(), !isURL(text) else { return nil }
            return problem(
                name, "“\(name)” is no URL that secrets may be sent to.",
                hint:
                    "It begins with https://, or with http:// for this machine itself, and has no user and no fragment."
            )
        }
    }

    /// RFC 6749, 3.1 and 3.2: TLS, no fragment. This machine itself needs no TLS.
    static func isURL(_ text: String) -> Bool {
        guard text.utf8.count <= 2_048, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !text.contains("#")
        else { return false }
        let isPlain = text.lowercased().hasPrefix("http://")
        guard isPlain || text.lowercased().hasPrefix("https://") else { return false }
        let authority = text.dropFirst(isPlain ? 7 : 8).prefix { !"/?\\".contains($0) }
        guard !authority.isEmpty, !authority.contains("@"), !text.contains("\\") else { return false }
        guard isPlain else { return true }
        return ["127.0.0.1", "[::1]", "localhost"].contains { host in
            let port = authority.lowercased().hasPrefix(host) ? authority.dropFirst(host.count) : "/"
            return port.isEmpty || port.first == ":" && port.dropFirst().utf8.allSatisfy { (48...57).contains($0) }
        }
    }

    /// RFC 6749, 3.3: printable ASCII but `"` and `\`, separated by spaces.
    private static func scopes(_ fields: [String: Secret]) -> [Problem] {
        guard let text = fields[Field.scopes]?.reveal() else { return [] }
        let isFine =
            text.utf8.count <= 4_096
            && text.utf8.allSatisfy {
                (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
            }
        return isFine ? [] : [problem(Field.scopes, "“scopes” are words of ASCII characters, separated by spaces.")]
    }

    private static func together(_ fields: [String: Secret]) -> [Problem] {
        if fields[Field.grant]?.reveal() == OAuthClient.Grant.clientCredentials.rawValue {
            return fields[Field.secret] == nil
                ? [problem(Field.secret, "The grant client_credentials needs “client_secret”.", code: "missing-field")]
                : []
        }
        return fields[Field.authorizeURL] == nil
            ? [
                problem(
                    Field.authorizeURL, "The grant authorization_code needs “authorize_url”.", code: "missing-field")
            ] : []
    }

    private static func problem(
        _ name: String, _ message: String, hint: String? = nil, code: String = "invalid-field"
    ) -> Problem {
        Problem(code: code, pointer: "/fields/" + name, message: message, hint: hint)
    }
}
