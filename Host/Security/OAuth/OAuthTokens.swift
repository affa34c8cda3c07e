package import PatchbayCore

/// The part of an OAuth 2.0 credential that the host keeps itself.
package struct OAuthTokens: Sendable, Equatable {
    package var access: Secret
    package var refresh: Secret?
    /// The refresh token before: where a server gives a new one each time, and an answer with it was lost, some still take it.
    package var previousRefresh: Secret?
    package var obtainedAt: Timestamp
    /// Nil: unknown.
    package var expiresAt: Timestamp?
    /// What was granted, separated by spaces; nil: what was asked for.
    package var scope: String?

    /// Whether an access token can be used.
    package enum Need: Sendable, Equatable {
        case none
        /// It can, but soon no more.
        case soon
        /// It cannot.
        case now
    }

    /// Milliseconds before its end from which on a token is renewed, at most; short-lived ones are at the last fifth of their
    /// life.
    static let longestMargin: Int64 = 120_000

    /// What came back.
    package init(_ grant: TokenGrant, at now: Timestamp) {
        access = grant.access
        refresh = grant.refresh
        obtainedAt = now
        expiresAt = grant.lifetime.map { now + $0 * 1_000 }
        scope = grant.scope
    }

    /// What came back for the refresh token `used`: where no new one came, that one goes on counting (RFC 6749, 6).
    package func renewed(by grant: TokenGrant, using used: Secret?, at now: Timestamp) -> OAuthTokens {
        var tokens = OAuthTokens(grant, at: now)
        tokens.refresh = grant.refresh ?? used
        tokens.previousRefresh = used == tokens.refresh ? previousRefresh : used
        if tokens.previousRefresh == tokens.refresh { tokens.previousRefresh = nil }
        tokens.scope = grant.scope ?? scope
        return tokens
    }

    /// - Parameter chance: From 0 to 1, so that many hosts do not renew at the same moment.
    package func need(at now: Timestamp, chance: Double) -> Need {
        guard let expiresAt else { return .none }
        let rest = expiresAt - now
        if rest <= 0 { return .now }
        let longest = min(Self.longestMargin, max(0, expiresAt - obtainedAt) / 5)
        let margin = Int64(Double(longest) * (0.5 + 0.5 * min(max(chance, 0), 1)))
        return rest <= margin ? .soon : .none
    }

    /// What refresh tokens there are to try, the newest first.
    package var refreshTokens: [Secret] { [refresh, previousRefresh].compactMap(\.self) }

    package var secrets: [Secret] { [access] + refreshTokens }
}
