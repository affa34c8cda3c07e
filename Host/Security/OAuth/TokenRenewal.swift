import PatchbayCore

/// How tokens are renewed: which claims are made, one after the other, and what an answer comes to. Pure: whoever asks it
/// makes the requests.
struct TokenRenewal {
    /// What a renewal came to.
    enum Outcome: Sendable {
        case tokens(OAuthTokens)
        /// Nothing that is there counts any more; somebody has to allow it anew.
        case spent(reason: String)
        /// Nothing is lost, and it may be tried later.
        case failed(TokenRefusal)
    }

    private let client: OAuthClient
    private let tokens: OAuthTokens?
    private var claims: [OAuthClient.Claim]
    private var last: TokenRefusal?

    init(_ client: OAuthClient, _ tokens: OAuthTokens?) {
        self.client = client
        self.tokens = tokens
        claims =
            switch client.grant {
            case .clientCredentials: [.itself]
            case .authorizationCode: tokens?.refreshTokens.map { .refresh($0) } ?? []
            }
    }

    /// The next request; nil: there is nothing more to try, and `ended` says what it came to.
    var request: WebRequest? { claims.first.map(client.tokenRequest) }

    /// Takes the answer to `request` in; nil: another request is worth it.
    mutating func answered(_ answer: WebAnswer, at now: Timestamp) -> Outcome? {
        guard let claim = claims.first else { return ended }
        do throws(TokenRefusal) {
            let grant = try TokenGrant.read(answer, hiding: client.secrets + (tokens?.secrets ?? []))
            return .tokens(renewed(by: grant, claim, at: now))
        } catch {
            guard error.kind == .grant, case .refresh = claim else { return .failed(error) }
            // The newest may never have been stored where it was made; the one before may still count.
            last = error
            claims.removeFirst()
            return claims.isEmpty ? ended : nil
        }
    }

    /// What it comes to when no request is left.
    var ended: Outcome {
        .spent(
            reason: last?.description
                ?? "The server gave no refresh token, so the access cannot be prolonged.")
    }

    private func renewed(by grant: TokenGrant, _ claim: OAuthClient.Claim, at now: Timestamp) -> OAuthTokens {
        guard case .refresh(let used) = claim, let tokens else {
            var fresh = OAuthTokens(grant, at: now)
            // The client itself needs none (RFC 6749, 4.4.3).
            if client.grant == .clientCredentials { fresh.refresh = nil }
            return fresh
        }
        return tokens.renewed(by: grant, using: used, at: now)
    }
}

extension OAuthClient {
    /// What no message may repeat.
    var secrets: [Secret] { [secret].compactMap(\.self) }
}
