package import PatchbayCore
import PatchbayJSON

/// The tokens of one answer (RFC 6749, 5.1).
package struct TokenGrant: Sendable, Equatable {
    package var access: Secret
    /// Nil: the one before goes on counting (RFC 6749, 6).
    package var refresh: Secret?
    /// Seconds that the access token counts; nil: unknown.
    package var lifetime: Int64?
    /// What was granted, where the server says so; nil: what was asked for.
    package var scope: String?

    package init(access: Secret, refresh: Secret? = nil, lifetime: Int64? = nil, scope: String? = nil) {
        self.access = access
        self.refresh = refresh
        self.lifetime = lifetime
        self.scope = scope
    }
}

extension TokenGrant {
    /// Bytes.
    static let largestAnswer = 64 << 10
    /// Bytes of the longest token that is kept: as for every other credential.
    static let longestToken = 16 << 10
    /// Seconds: ten years. A number beyond it is none that anybody meant.
    static let longestLifetime: Int64 = 315_360_000
    private static let longestScope = 4_096

    /// Reads a token answer. Nothing of its content but the server's error words gets into a refusal, and `secrets` are
    /// masked in these.
    package static func read(_ answer: WebAnswer, hiding secrets: [Secret]) throws(TokenRefusal) -> TokenGrant {
        let isFine = (200..<300).contains(answer.status)
        let limits = JSONLimits(depth: 32, bytes: largestAnswer)
        guard let object = (try? JSON(parsing: answer.body, limits: limits))?.object else {
            if (300..<400).contains(answer.status) {
                throw TokenRefusal(
                    .passing,
                    "The server answered \(answer.status), a redirect, which a form with secrets does not follow.")
            }
            throw TokenRefusal(
                isFine || answer.status >= 500 || answer.status == 429 ? .passing : .client,
                "The server answered \(answer.status) with what is no JSON object. Is it the token URL?")
        }
        // Some tell errors with the status 200.
        if let code = object["error"]?.string, !code.isEmpty {
            throw refusal(code, object["error_description"]?.string, status: answer.status, hiding: secrets)
        }
        guard isFine else {
            throw TokenRefusal(
                answer.status >= 500 || answer.status == 429 ? .passing : .client,
                "The server answered \(answer.status) without saying why.")
        }
        return try read(object)
    }

    private static func read(_ object: JSONObject) throws(TokenRefusal) -> TokenGrant {
        guard let access = object["access_token"]?.string.flatMap(token) else {
            throw TokenRefusal(.passing, "The server's answer holds no access token that can be sent.")
        }
        // A client must not use a token whose type it does not know (RFC 6749, 7.1). `bot` and `user` are Slack's words for
        // bearer tokens (https://docs.slack.dev/authentication/installing-with-oauth).
        let type = object["token_type"]?.string?.lowercased() ?? "bearer"
        guard ["bearer", "bot", "user"].contains(type) else {
            throw TokenRefusal(
                .client, "The server gave a token of the type \(shown(type)); only bearer tokens can be used.")
        }
        let refresh: Secret?
        switch object["refresh_token"] {
        case nil, .null?, .string("")?: refresh = nil
        case let value?:
            guard let text = value.string.flatMap(token) else {
                throw TokenRefusal(.passing, "The server's answer holds a refresh token that is none.")
            }
            refresh = text
        }
        let scope = object["scope"]?.string.flatMap { $0.utf8.count <= longestScope ? $0 : nil }
        return TokenGrant(
            access: access, refresh: refresh, lifetime: lifetime(object["expires_in"]), scope: scope)
    }

    /// Seconds, as a number or as a text; nothing below 1 is a time, and some write 0 for “never”.
    private static func lifetime(_ value: JSON?) -> Int64? {
        let seconds =
            switch value {
            case .string(let text)?: Int64(text)
            case let value?: value.int ?? value.double.flatMap { Int64(exactly: $0.rounded(.down)) }
            case nil: Int64?.none
            }
        guard let seconds, seconds > 0 else { return nil }
        return min(seconds, longestLifetime)
    }

    /// Visible ASCII (RFC 6749, appendix A.12), so that it can stand in a header.
    private static func token(_ text: String) -> Secret? {
        (1...longestToken).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            ? Secret(text) : nil
    }

    /// RFC 6749, 5.2, and the words of those who have their own (GitHub: https://docs.github.com/apps; Slack:
    /// https://docs.slack.dev/reference/methods/oauth.v2.access).
    private static let spentGrants: Set<String> = [
        "invalid_grant", "bad_refresh_token", "bad_verification_code", "invalid_refresh_token", "invalid_code",
        "code_already_used", "token_revoked", "token_expired",
    ]
    private static let passing: Set<String> = [
        "temporarily_unavailable", "server_error", "slow_down", "ratelimited", "rate_limited", "internal_error",
        "fatal_error", "service_unavailable",
    ]

    private static func refusal(
        _ code: String, _ words: String?, status: Int, hiding secrets: [Secret]
    ) -> TokenRefusal {
        let kind: TokenRefusal.Kind =
            if spentGrants.contains(code) {
                .grant
            } else if passing.contains(code) || status >= 500 || status == 429 {
                .passing
            } else {
                .client
            }
        // Masked before it is cut, so that no part of a secret remains.
        func hidden(_ text: String) -> String {
            secrets.map { $0.reveal() }.filter { !$0.isEmpty }.reduce(text, masked)
        }
        var text = shown(hidden(code))
        if let words, !words.isEmpty { text += ": " + shown(hidden(words)) }
        return TokenRefusal(kind, "The server refused with \(text).")
    }

    private static func masked(_ text: String, _ secret: String) -> String {
        var result = ""
        var rest = text[...]
        while let range = rest.firstRange(of: secret) {
            result += rest[..<range.lowerBound] + "‹secret›"
            rest = rest[range.upperBound...]
        }
        return result + rest
    }

    /// On one line, cut: it may be anything. A word's own full stop is left out.
    private static func shown(_ text: String) -> String {
        var text = String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(300).map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
        while text.hasSuffix(".") || text.hasSuffix(" ") { text.removeLast() }
        return text
    }
}
