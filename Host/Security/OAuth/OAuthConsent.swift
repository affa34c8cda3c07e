package import PatchbayCore

/// The way of somebody's browser to an authorisation server and back: begins it, redeems what comes back, and takes tokens
/// back.
package struct OAuthConsent: Sendable {
    /// Milliseconds from the beginning until they must be back.
    package static let patience: Int64 = 600_000

    private let vault: CredentialVault
    private let store: any AuthorizationStore
    private let exchange: any WebExchange
    private let key: SealingKey
    private let clock: any TimeSource

    /// - Parameter key: Seals proofs while they wait.
    package init(
        vault: CredentialVault, store: any AuthorizationStore, exchange: any WebExchange, key: SealingKey,
        clock: any TimeSource
    ) {
        self.vault = vault
        self.store = store
        self.exchange = exchange
        self.key = key
        self.clock = clock
    }

    /// Where somebody's browser is to go, and until when.
    package struct Beginning: Sendable {
        package var url: String
        package var expiresAt: Timestamp
    }

    /// - Parameters:
    ///   - redirect: Where the server is to send them back to; it must be told to it as it is registered there.
    ///   - returnPath: A path of this host's to lead them to afterwards.
    ///
    /// Throws `ConsentRefusal`.
    package func begin(
        _ record: CredentialRecord, for bearer: PendingAuthorization.Bearer, redirect: String, returnPath: String? = nil
    ) async throws -> Beginning {
        guard record.kind == .oauth2,
            let grant = try await vault.grant(named: record.name, in: record.tenant),
            let client = OAuthContent(sealed: grant.fields).client
        else { throw ConsentRefusal.notOAuth(record.name) }
        let (state, proof) = (TenantToken(.authorization, for: record.tenant), CodeProof())
        guard client.grant == .authorizationCode,
            let url = client.authorizationURL(redirect: redirect, state: state.secret, proof: proof)
        else { throw ConsentRefusal.needsNone(record.name) }
        let now = clock.now
        let pending = PendingAuthorization(
            tenant: record.tenant, credential: record.id, digest: state.digest,
            verifier: try key.seal(
                Array(proof.verifier.reveal().utf8), boundTo: Self.binding(of: state.digest)),
            redirect: redirect, returnPath: returnPath, bearer: bearer, expiresAt: now + Self.patience)
        try await store.begin(pending, at: now)
        return Beginning(url: url, expiresAt: pending.expiresAt)
    }

    /// What a browser brings back (RFC 6749, 4.1.2).
    package struct Return: Sendable {
        package var state: String
        package var code: Secret?
        /// `error` and `error_description`.
        package var error: String?
        package var words: String?

        package init(state: String, code: Secret? = nil, error: String? = nil, words: String? = nil) {
            self.state = state
            self.code = code
            self.error = error
            self.words = words
        }
    }

    package struct Completion: Sendable {
        package var record: CredentialRecord
        package var returnPath: String?
    }

    /// Redeems a code. The state counts once, whatever comes of it. Throws `ConsentRefusal`.
    ///
    /// - Parameters:
    ///   - mayCome: Whether whoever came is the one who was to come.
    ///   - refused: Told why nothing came of a state that somebody had been given.
    package func complete(
        _ back: Return, mayCome: @Sendable (PendingAuthorization.Bearer) -> Bool,
        refused: (PendingAuthorization, ConsentRefusal) -> Void = { _, _ in }
    ) async throws -> Completion {
        guard let state = TenantToken(back.state, kind: .authorization),
            let pending = try await store.take(state.digest, in: state.tenant, at: clock.now)
        else { throw ConsentRefusal.unknownState }
        do {
            return try await complete(back, pending, state, mayCome)
        } catch let refusal as ConsentRefusal {
            refused(pending, refusal)
            throw refusal
        }
    }

    private func complete(
        _ back: Return, _ pending: PendingAuthorization, _ state: TenantToken,
        _ mayCome: (PendingAuthorization.Bearer) -> Bool
    ) async throws -> Completion {
        guard mayCome(pending.bearer) else { throw ConsentRefusal.anotherSession }
        if let error = back.error {
            throw ConsentRefusal.denied(Self.shown(error) + (back.words.map { ": " + Self.shown($0) } ?? ""))
        }
        guard let code = back.code, !code.reveal().isEmpty else { throw ConsentRefusal.denied("no code came back") }
        guard let record = try await vault.record(pending.credential, in: state.tenant),
            let grant = try await vault.grant(named: record.name, in: state.tenant),
            let client = OAuthContent(sealed: grant.fields).client
        else { throw ConsentRefusal.unknownState }
        let verifier = try key.open(pending.verifier, boundTo: Self.binding(of: state.digest))
        let proof = CodeProof(verifier: Secret(String(decoding: verifier, as: UTF8.self)))
        let tokens = try await tokens(client, code, pending.redirect, proof)
        let changed = try await vault.change(record.id, in: state.tenant) { held in
            var held = held
            var content = OAuthContent(sealed: held.fields)
            content.tokens = tokens
            held.fields = content.members
            held.record.state = .ready
            held.record.reason = nil
            held.record.updatedAt = clock.now
            return held
        }
        guard let changed else { throw ConsentRefusal.unknownState }
        return Completion(record: changed.record, returnPath: pending.returnPath)
    }

    private func tokens(
        _ client: OAuthClient, _ code: Secret, _ redirect: String, _ proof: CodeProof
    ) async throws -> OAuthTokens {
        do {
            let answer = try await exchange.exchange(
                client.tokenRequest(.code(code, redirect: redirect, proof: proof)))
            let grant = try TokenGrant.read(answer, hiding: client.secrets + [code, proof.verifier])
            return OAuthTokens(grant, at: clock.now)
        } catch let refusal as TokenRefusal {
            throw ConsentRefusal.noToken(refusal.description)
        } catch let failure as WebFailure {
            throw ConsentRefusal.noToken("The server did not answer: \(failure).")
        }
    }

    /// Forgets a credential's tokens and tells the server so (RFC 7009): nil when nobody said where, or there was nothing to
    /// take back; false when the server did not confirm it. They are forgotten first, so that nobody uses them meanwhile.
    package func revoke(_ record: CredentialRecord) async throws -> (record: CredentialRecord, isConfirmed: Bool?) {
        guard record.kind == .oauth2 else { throw ConsentRefusal.notOAuth(record.name) }
        var forgotten: OAuthContent?
        let changed = try await vault.change(record.id, in: record.tenant) { held in
            var held = held
            var content = OAuthContent(sealed: held.fields)
            forgotten = content
            content.tokens = nil
            held.fields = content.members
            held.record.state = content.stateWithoutTokens
            held.record.reason = nil
            held.record.updatedAt = clock.now
            return held
        }
        guard let changed else { throw ConsentRefusal.unknownState }
        guard let tokens = forgotten?.tokens, let client = forgotten?.client, client.revokeURL != nil else {
            return (changed.record, nil)
        }
        // The refresh token first: with it, servers take back what was made of it (RFC 7009, 2.1).
        let tokensToEnd = tokens.refreshTokens.map { ($0, "refresh_token") } + [(tokens.access, "access_token")]
        var isConfirmed = true
        for (token, hint) in tokensToEnd {
            guard let request = client.revocation(of: token, hint: hint) else { continue }
            let status = try? await exchange.exchange(request).status
            isConfirmed = isConfirmed && status.map { (200..<300).contains($0) } ?? false
        }
        return (changed.record, isConfirmed)
    }

    private static func binding(of digest: [UInt8]) -> [UInt8] { Array("oauth-authorization:".utf8) + digest }

    private static func shown(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(300).map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }
}

/// Why an authorisation does not come about.
package enum ConsentRefusal: Error, Sendable, Equatable {
    case notOAuth(String)
    /// A client that acts for itself is authorised by nobody.
    case needsNone(String)
    /// Nobody began it, or it was used, or it is over.
    case unknownState
    /// Somebody else came back than who began it.
    case anotherSession
    /// The server, or whoever was asked there, said no.
    case denied(String)
    /// The server gave no token for what came back.
    case noToken(String)
}
