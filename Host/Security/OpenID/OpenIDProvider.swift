package import PatchbayCore
import PatchbayJSON

/// Somebody whom a provider vouches for.
package struct VouchedPerson: Sendable, Equatable {
    /// Together with the issuer, the only thing that names somebody for ever (OpenID Connect Core 1.0, 5.7).
    package var identity: ExternalIdentity
    /// As `EmailAddress` writes it, when the provider says that it has verified it.
    package var email: String?
    package var name: String?

    package init(identity: ExternalIdentity, email: String? = nil, name: String? = nil) {
        self.identity = identity
        self.email = email
        self.name = name
    }
}

/// Asks one provider who somebody is: discovery, authorization code with PKCE, and an ID token that is checked here
/// (OpenID Connect Core 1.0, 3.1).
package final class OpenIDProvider: Sendable {
    /// Milliseconds that each request to the provider has.
    private static let patience: Int64 = 10_000
    /// Bytes of the longest code that is passed on, and of names and subjects.
    private static let longestCode = 4_096
    private static let longestSubject = 255

    package let settings: OpenIDSettings
    /// Where the provider sends the browser back to.
    package let callback: String
    private let web: any WebExchange
    private let clock: any TimeSource
    private let metadata: SharedFetch<ProviderMetadata>
    private let keys: SharedFetch<[ProviderKey]>

    /// - Parameter publicURL: Where browsers reach this installation.
    package init(
        _ settings: OpenIDSettings, publicURL: String, web: any WebExchange, clock: any TimeSource
    ) {
        self.settings = settings
        var base = publicURL
        while base.hasSuffix("/") { base.removeLast() }
        callback = "\(base)/api/v1/auth/oidc/\(settings.id)/callback"
        self.web = web
        self.clock = clock
        let issuer = settings.issuer
        let metadata = SharedFetch(clock: clock) {
            try ProviderMetadata(try await web.document(at: ProviderMetadata.address(of: issuer)), of: issuer)
        }
        self.metadata = metadata
        keys = SharedFetch(clock: clock) {
            try ProviderKey.keys(in: try await web.document(at: try await metadata.value().keysAddress))
        }
    }

    /// Where the browser goes with a question.
    package func address(asking question: OpenIDQuestion) async throws -> String {
        let endpoint = try await metadata.value().authorizationEndpoint
        let query = FormText.encoded([
            ("response_type", "code"), ("client_id", settings.clientID), ("redirect_uri", callback),
            ("scope", settings.scopes.joined(separator: " ")), ("state", question.state), ("nonce", question.nonce),
            ("code_challenge", question.challenge), ("code_challenge_method", "S256"),
        ])
        return endpoint + (endpoint.contains("?") ? "&" : "?") + query
    }

    /// Who it is, by the code that the browser came back with.
    ///
    /// - Parameter issuer: What the answer says whose it is (RFC 9207); nil when it does not say.
    package func person(
        answering question: OpenIDQuestion, code: String, issuer: String?
    ) async throws -> VouchedPerson {
        let metadata = try await metadata.value()
        guard issuer == settings.issuer || (issuer == nil && !metadata.namesIssuer) else {
            throw OpenIDFailure(.refused, "the answer is another provider's (iss)")
        }
        guard (1...Self.longestCode).contains(code.utf8.count) else {
            throw OpenIDFailure(.refused, "the provider's answer holds no code")
        }
        let answer = try await tokens(for: code, question, metadata)
        guard let text = answer["id_token"]?.string else {
            throw OpenIDFailure(.provider, "the provider gave no ID token; it must know the scope openid")
        }
        let token = try IDToken(text)
        try await checkSignature(of: token)
        let claims = try token.claims(
            expecting: IDToken.Expectation(
                issuer: settings.issuer, clientID: settings.clientID, nonce: question.nonce, askedAt: question.askedAt),
            at: clock.now)
        guard let subject = claims["sub"]?.string, (1...Self.longestSubject).contains(subject.utf8.count),
            subject.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { throw OpenIDFailure(.token, "the ID token does not say whom it is about (sub)") }
        let person = Self.person(claims, ExternalIdentity(issuer: settings.issuer, subject: subject))
        guard claims["email"] == nil, let endpoint = metadata.userInfoEndpoint,
            let access = answer["access_token"]?.string
        else { return person }
        return try await completed(person, at: endpoint, with: access)
    }

    private func tokens(
        for code: String, _ question: OpenIDQuestion, _ metadata: ProviderMetadata
    ) async throws -> JSON {
        var form = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", callback),
            ("code_verifier", question.verifier),
        ]
        var headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")]
        if let secret = settings.clientSecret, !metadata.wantsSecretInForm {
            // Both encoded before they are joined (RFC 6749, 2.3.1).
            let pair = FormText.encoded(settings.clientID) + ":" + FormText.encoded(secret.reveal())
            headers.append(("Authorization", "Basic " + Base64.text(Array(pair.utf8))))
        } else {
            form.append(("client_id", settings.clientID))
            if let secret = settings.clientSecret { form.append(("client_secret", secret.reveal())) }
        }
        let answer = try await web.answer(
            to: WebRequest(
                method: "POST", url: metadata.tokenEndpoint, headers: headers.map { (name: $0, value: $1) },
                body: Array(FormText.encoded(form.map { (name: $0, value: $1) }).utf8), timeout: Self.patience))
        let json = (try? JSON(parsing: answer.body)) ?? .null
        guard answer.status == 200 else {
            throw OpenIDFailure(
                .refused,
                "the provider did not take the code: "
                    + (Self.word(json["error"]?.string) ?? "it answered with \(answer.status)"))
        }
        return json
    }

    private func checkSignature(of token: IDToken) async throws {
        if token.candidates(among: try await keys.value()).contains(where: token.isSigned) { return }
        // The provider may have begun to use a new key.
        if let newer = try await keys.newer(), token.candidates(among: newer).contains(where: token.isSigned) { return }
        throw OpenIDFailure(.token, "the ID token is not signed by a key of the provider")
    }

    /// With the e-mail address, which some providers tell only when they are asked for it (OpenID Connect Core 1.0,
    /// 5.3).
    private func completed(
        _ person: VouchedPerson, at endpoint: String, with access: String
    ) async throws -> VouchedPerson {
        guard access.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return person }
        let claims = try await web.document(at: endpoint, headers: [("Authorization", "Bearer " + access)])
        // Another one's answer must not be taken for this one's.
        guard claims["sub"]?.string == person.identity.subject else {
            throw OpenIDFailure(.token, "the provider tells of somebody else (sub)")
        }
        var told = Self.person(claims, person.identity)
        told.name = told.name ?? person.name
        return told
    }

    private static func person(_ claims: JSON, _ identity: ExternalIdentity) -> VouchedPerson {
        // Some providers write the truth as a text.
        let isVerified = claims["email_verified"]?.bool ?? (claims["email_verified"]?.string == "true")
        let email = claims["email"]?.string.flatMap(EmailAddress.canonical)
        let name = (claims["name"]?.string ?? claims["preferred_username"]?.string).map { name in
            String(name.unicodeScalars.filter { $0.properties.generalCategory != .control }.map(Character.init))
                .shortened(to: 200)
        }
        return VouchedPerson(identity: identity, email: isVerified ? email : nil, name: name)
    }

    /// An error's name as the standards write them (RFC 6749, 5.2); nothing else of a provider's answer is told on.
    package static func word(_ text: String?) -> String? {
        guard let text, (1...64).contains(text.utf8.count),
            text.utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "_") })
        else { return nil }
        return text
    }
}

extension WebExchange {
    /// As `OpenIDFailure` has it.
    fileprivate func answer(to request: WebRequest) async throws -> WebAnswer {
        do {
            return try await exchange(request)
        } catch let failure as WebFailure {
            throw OpenIDFailure(.provider, "the provider does not answer: \(failure.description)")
        }
    }

    fileprivate func document(at url: String, headers: [(name: String, value: String)] = []) async throws -> JSON {
        let answer = try await answer(to: WebRequest(url: url, headers: headers + [("Accept", "application/json")]))
        guard answer.status == 200, let json = try? JSON(parsing: answer.body), json.object != nil else {
            throw OpenIDFailure(.provider, "the provider answered with \(answer.status) and no document")
        }
        return json
    }
}
