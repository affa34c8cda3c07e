package import PatchbayCore

extension OAuthClient {
    /// What tokens are asked for with.
    package enum Claim: Sendable {
        /// What the browser brought back (RFC 6749, 4.1.3), with the address it brought it to.
        case code(Secret, redirect: String, proof: CodeProof)
        /// RFC 6749, 6.
        case refresh(Secret)
        /// The client itself (RFC 6749, 4.4.2).
        case itself
    }

    /// Where to send somebody's browser (RFC 6749, 4.1.1; RFC 7636, 4.3); nil when nobody said.
    package func authorizationURL(redirect: String, state: Secret, proof: CodeProof) -> String? {
        guard let authorizeURL else { return nil }
        var fields = [
            (name: "response_type", value: "code"), (name: "client_id", value: id),
            (name: "redirect_uri", value: redirect), (name: "state", value: state.reveal()),
            (name: "code_challenge", value: proof.challenge), (name: "code_challenge_method", value: "S256"),
        ]
        if !scopes.isEmpty { fields.insert((name: "scope", value: scopes.joined(separator: " ")), at: 3) }
        let bare = authorizeURL.prefix { $0 != "#" }
        return bare + (bare.contains("?") ? "&" : "?") + FormText.encoded(fields)
    }

    package func tokenRequest(_ claim: Claim) -> WebRequest {
        var fields: [(name: String, value: String)]
        switch claim {
        case .code(let code, let redirect, let proof):
            fields = [
                (name: "grant_type", value: "authorization_code"), (name: "code", value: code.reveal()),
                (name: "redirect_uri", value: redirect), (name: "code_verifier", value: proof.verifier.reveal()),
            ]
        case .refresh(let token):
            fields = [(name: "grant_type", value: "refresh_token"), (name: "refresh_token", value: token.reveal())]
        case .itself:
            fields = [(name: "grant_type", value: "client_credentials")]
            if !scopes.isEmpty { fields.append((name: "scope", value: scopes.joined(separator: " "))) }
        }
        return request(tokenURL, fields)
    }

    /// Asks the server to forget a token (RFC 7009, 2.1); nil when nobody said where.
    package func revocation(of token: Secret, hint: String) -> WebRequest? {
        revokeURL.map {
            request($0, [(name: "token", value: token.reveal()), (name: "token_type_hint", value: hint)])
        }
    }

    private func request(_ url: String, _ fields: [(name: String, value: String)]) -> WebRequest {
        guard let secret else { return Self.post(url, fields + [(name: "client_id", value: id)]) }
        switch authentication {
        case .basic:
            // Encoded as in forms before they are joined (RFC 6749, 2.3.1).
            let pair = FormText.encoded(id) + ":" + FormText.encoded(secret.reveal())
            return Self.post(url, fields, authorization: "Basic " + Base64.text(Array(pair.utf8)))
        case .body:
            return Self.post(
                url, fields + [(name: "client_id", value: id), (name: "client_secret", value: secret.reveal())])
        }
    }

    private static func post(
        _ url: String, _ fields: [(name: String, value: String)], authorization: String? = nil
    ) -> WebRequest {
        var headers = [
            (name: "Content-Type", value: "application/x-www-form-urlencoded"),
            // Some answer with a form themselves unless they are asked for JSON.
            (name: "Accept", value: "application/json"),
        ]
        if let authorization { headers.append((name: "Authorization", value: authorization)) }
        return WebRequest(
            method: "POST", url: url, headers: headers, body: Array(FormText.encoded(fields).utf8),
            timeout: requestTimeout, maxBody: TokenGrant.largestAnswer)
    }

    /// Milliseconds. A row is held meanwhile, and calls wait.
    static let requestTimeout: Int64 = 10_000
}
