package import PatchbayCore
import PatchbayJSON
import Synchronization

/// Opens credentials as the vault does, and those of OAuth 2.0 with a token that counts: it is renewed when that is due,
/// before a call has to wait for it, and once at a time over all hosts.
///
/// Within a process, callers share one renewal per credential. Between processes it is the credential's row: whoever renews
/// holds it from before the request until the new tokens are stored durably, and looks first whether somebody else was
/// quicker. A host that dies meanwhile lets go of the row with its connection, and the next one takes over with the refresh
/// token that is stored.
package final class OAuthCredentials: CredentialSource {
    /// Renewals under way at a time in this process: each takes a connection to the database.
    package static let usualMost = 3
    /// Milliseconds for which a failed renewal is everybody's answer, doubled with each further one up to the longest.
    private static let shortestPause: Int64 = 1_000
    private static let longestPause: Int64 = 60_000
    /// More failures than that are forgotten at once.
    private static let mostFailures = 10_000
    /// How long tokens that came are tried to be stored.
    private static let patience = Duration.seconds(20)

    private struct Failure {
        var refusal: TokenRefusal
        var count: Int
        var until: Timestamp
    }

    private let vault: CredentialVault
    private let exchange: any WebExchange
    private let log: any AuditLog
    private let clock: any TimeSource
    private let chance: @Sendable () -> Double
    private let renewals: SharedWork<CredentialID, OAuthTokens>
    private let failures = Mutex<[CredentialID: Failure]>([:])

    /// - Parameters:
    ///   - log: Where renewals are taken down, and that one was refused for good.
    ///   - chance: From 0 to 1; spreads the hosts' renewals.
    package init(
        vault: CredentialVault, exchange: any WebExchange, log: any AuditLog, clock: any TimeSource,
        most: Int = usualMost, chance: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.vault = vault
        self.exchange = exchange
        self.log = log
        self.clock = clock
        self.chance = chance
        renewals = SharedWork(most: most)
    }

    /// Of an OAuth 2.0 credential only the access token, as `token`. Throws `OperationFailure` when there is none that counts
    /// and none to be had.
    package func grant(
        named name: String, in tenant: TenantID, for purpose: CredentialPurpose
    ) async throws -> CredentialGrant? {
        guard let found = try await vault.grant(named: name, in: tenant) else { return nil }
        guard found.record.kind == .oauth2 else { return found }
        let tokens = OAuthContent(sealed: found.fields).tokens
        let need = tokens?.need(at: clock.now, chance: chance()) ?? .now
        if let tokens, need == .none { return used(tokens, found.record) }
        if found.record.state != .ready {
            // Only somebody can help; until then what is left of the token's life is used.
            guard let tokens, need == .soon else { throw Self.unusable(found.record) }
            return used(tokens, found.record)
        }
        do {
            return used(try await renewed(found.record, instead: tokens?.access), found.record)
        } catch let failure as OperationFailure {
            guard let tokens, need == .soon else { throw failure }
            return used(tokens, found.record)
        }
    }

    /// The credential with another token, after the vendor refused the one of `grant`; nil when there is no other.
    package func renewed(_ grant: CredentialGrant) async throws -> CredentialGrant? {
        guard grant.record.kind == .oauth2, let refused = grant.fields["token"] else { return nil }
        guard let found = try await vault.grant(named: grant.record.name, in: grant.record.tenant),
            found.record.id == grant.record.id
        else { return nil }
        if let tokens = OAuthContent(sealed: found.fields).tokens, tokens.access != refused {
            return used(tokens, found.record)
        }
        guard found.record.state == .ready else { return nil }
        do {
            let tokens = try await renewed(found.record, instead: refused)
            return tokens.access == refused ? nil : used(tokens, found.record)
        } catch is OperationFailure {
            return nil
        }
    }

    private func used(_ tokens: OAuthTokens, _ record: CredentialRecord) -> CredentialGrant {
        CredentialGrant(record: record, fields: ["token": tokens.access])
    }

    // MARK: Renewing

    /// - Parameter stale: The access token that is to be replaced; nil: there is none yet.
    private func renewed(_ record: CredentialRecord, instead stale: Secret?) async throws -> OAuthTokens {
        let now = clock.now
        if let failure = failures.withLock({ $0[record.id] }), failure.until > now,
            failure.until <= now + Self.longestPause
        {
            throw Self.failure(of: record, failure.refusal, retryAfter: failure.until - now)
        }
        do {
            return try await renewals.value(for: record.id) { [self] in
                let tokens = try await renew(record, instead: stale)
                failures.withLock { _ = $0.removeValue(forKey: record.id) }
                return tokens
            }
        } catch let error where !(error is OperationFailure || error is CancellationError) {
            // The database was away, or another host held the row for too long.
            throw OperationFailure(
                code: .unavailable, message: "The credential `\(record.name)` could not be renewed now.",
                effect: OperationFailure.Effect.none)
        }
    }

    private func renew(_ record: CredentialRecord, instead stale: Secret?) async throws -> OAuthTokens {
        var fresh: (tokens: OAuthTokens, from: OAuthTokens?)?
        var hasAsked = false
        var deadline: ContinuousClock.Instant?
        while true {
            var outcome: TokenRenewal.Outcome?
            var present = record
            do {
                let stored = try await vault.change(record.id, in: record.tenant) { held in
                    var held = held
                    var content = OAuthContent(sealed: held.fields)
                    present = held.record
                    // Revoked meanwhile, or found spent by somebody else, who need not be told twice.
                    if present.state == .authorise || present.state == .reauthorise && fresh == nil { return nil }
                    if let fresh {
                        // These came, and could not be stored: they go where they came from, unless others are there now.
                        if content.tokens?.refresh != fresh.from?.refresh, let tokens = content.tokens {
                            outcome = .tokens(tokens)
                            return nil
                        }
                        outcome = .tokens(fresh.tokens)
                    } else if let tokens = content.tokens, tokens.access != stale,
                        tokens.need(at: clock.now, chance: 0) != .now
                    {
                        // Somebody else was quicker.
                        outcome = .tokens(tokens)
                        return nil
                    } else {
                        hasAsked = true
                        outcome = await asked(for: content)
                        if case .tokens(let tokens)? = outcome { fresh = (tokens, content.tokens) }
                    }
                    switch outcome {
                    case .tokens(let tokens)?:
                        content.tokens = tokens
                        held.fields = content.members
                        held.record.state = .ready
                        held.record.reason = nil
                        return held
                    case .spent(let reason)?:
                        held.record.state = .reauthorise
                        held.record.reason = reason
                        return held
                    case .failed?, nil:
                        return nil
                    }
                }
                guard stored != nil else { throw Self.gone(record) }
                guard let outcome else { throw Self.unusable(present) }
                return try await ended(outcome, of: record, byAsking: hasAsked)
            } catch {
                // The server may count the old refresh token no longer: what came must not be lost with a connection.
                guard fresh != nil, !(error is OperationFailure) else { throw error }
                let end = deadline ?? ContinuousClock.now + Self.patience
                guard ContinuousClock.now < end else { throw error }
                deadline = end
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// What a renewal came to, once that is stored. Whoever asked the server takes it down.
    private func ended(
        _ outcome: TokenRenewal.Outcome, of record: CredentialRecord, byAsking hasAsked: Bool
    ) async throws -> OAuthTokens {
        switch outcome {
        case .tokens(let tokens):
            if hasAsked { try await took(.success, record) }
            return tokens
        case .spent(let reason):
            if hasAsked { try await took(.refused, record, ["reason": .string(reason)]) }
            throw Self.refused(record, reason)
        case .failed(let refusal):
            throw remembered(refusal, of: record)
        }
    }

    /// Where it cannot be written the call fails, as every use of a credential would; what is stored stays.
    private func took(
        _ outcome: AuditEvent.Outcome, _ record: CredentialRecord, _ more: JSONObject = [:]
    ) async throws {
        var details: JSONObject = ["name": .string(record.name)]
        for member in more { details[member.name] = member.value }
        do {
            try await log.append([
                AuditEvent(
                    .credentialRefreshed, outcome, by: .engine, in: record.tenant, at: clock.now,
                    on: AuditEvent.Resource("credential", record.id.description), details: details)
            ])
        } catch {
            throw OperationFailure(
                code: .unavailable,
                message: "The credential `\(record.name)` was renewed, but that could not be written to the audit log.",
                effect: OperationFailure.Effect.none)
        }
    }

    /// Asks the server; the row is held meanwhile.
    private func asked(for content: OAuthContent) async -> TokenRenewal.Outcome {
        guard let client = content.client else {
            return .failed(TokenRefusal(.client, "Its fields are not those of a client."))
        }
        var renewal = TokenRenewal(client, content.tokens)
        while let request = renewal.request {
            do {
                let answer = try await exchange.exchange(request)
                if let outcome = renewal.answered(answer, at: clock.now) { return outcome }
            } catch {
                return .failed(TokenRefusal(.passing, "The server did not answer: \(error)."))
            }
        }
        return renewal.ended
    }

    private func remembered(_ refusal: TokenRefusal, of record: CredentialRecord) -> OperationFailure {
        let now = clock.now
        let pause = failures.withLock { failures in
            if failures.count >= Self.mostFailures { failures.removeAll() }
            let count = (failures[record.id]?.count ?? 0) + 1
            let pause = min(Self.shortestPause << min(count - 1, 10), Self.longestPause)
            failures[record.id] = Failure(refusal: refusal, count: count, until: now + pause)
            return pause
        }
        return Self.failure(of: record, refusal, retryAfter: pause)
    }

    // MARK: Messages

    private static func failure(
        of record: CredentialRecord, _ refusal: TokenRefusal, retryAfter: Int64
    ) -> OperationFailure {
        let isPassing = refusal.kind == .passing
        return OperationFailure(
            code: isPassing ? .unavailable : .config,
            message: "The credential `\(record.name)` got no token. \(refusal)"
                + (isPassing ? "" : " Correct the credential, or the client at its provider."),
            isRetryable: isPassing, retryAfter: isPassing ? retryAfter : nil, effect: OperationFailure.Effect.none)
    }

    private static func unusable(_ record: CredentialRecord) -> OperationFailure {
        if record.state == .reauthorise { return refused(record, record.reason ?? "") }
        return OperationFailure(
            code: .authDenied,
            message: "The credential `\(record.name)` has not been authorised yet. Authorise it: `patchbay credential "
                + "authorize \(record.name)`.", effect: OperationFailure.Effect.none)
    }

    private static func refused(_ record: CredentialRecord, _ reason: String) -> OperationFailure {
        OperationFailure(
            code: .authDenied,
            message: "The credential `\(record.name)` must be authorised again"
                + (reason.isEmpty ? "." : ": \(reason)") + " Do so: `patchbay credential authorize \(record.name)`.",
            effect: OperationFailure.Effect.none)
    }

    private static func gone(_ record: CredentialRecord) -> OperationFailure {
        OperationFailure(
            code: .config, message: "There is no credential `\(record.name)` any more.",
            effect: OperationFailure.Effect.none)
    }
}
