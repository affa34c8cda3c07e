import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// Finds the account of somebody whom a provider vouches for, or makes one. An account is known by issuer and subject;
/// an address only leads to one where the operator says that the provider speaks for its domain, or where it was
/// invited.
struct ProviderSignIn: Sendable {
    let accounts: any AccountStore
    let members: any MembershipStore
    let clock: any TimeSource

    /// How an account came to be somebody's.
    enum Finding { case known, linked, made }

    func account(
        of person: VouchedPerson, by settings: OpenIDSettings
    ) async throws -> (account: AccountRecord, finding: Finding) {
        if let found = try await accounts.signIn(person.identity) { return (try Self.checked(found), .known) }
        guard let email = person.email else {
            throw APIError.refused(
                "email_not_verified", "The provider does not say that it has verified your e-mail address.")
        }
        let mayVouch = settings.speaks(for: email)
        let now = clock.now
        if let found = try await accounts.signIn(email: email) {
            guard mayVouch else {
                throw APIError.refused(
                    "account_exists",
                    "There is an account with your address. Sign in to it as before, and link it with the provider.")
            }
            let account = try Self.checked(found)
            guard try await accounts.link(person.identity, to: account.id, at: now) else {
                throw APIError.identityTaken
            }
            return (account, .linked)
        }
        let account = AccountRecord(id: .new(at: now), email: email, name: person.name ?? email, createdAt: now)
        let newcomers = mayVouch ? settings.newcomers : nil
        let otherwise = newcomers.map {
            MembershipRecord(tenant: $0.tenant, account: account.id, role: $0.role.rawValue, createdAt: now)
        }
        guard try await members.accept(person.identity, as: account, otherwise: otherwise, at: now) else {
            throw APIError.refused("not_invited", "Nobody has invited your address, \(email.quoted).")
        }
        return (account, .made)
    }

    /// Gives an account a further way in.
    func link(_ person: VouchedPerson, to account: AccountID) async throws {
        if let found = try await accounts.signIn(person.identity), found.account.id == account { return }
        guard try await accounts.link(person.identity, to: account, at: clock.now) else { throw APIError.identityTaken }
    }

    private static func checked(_ found: SignInRecord) throws(APIError) -> AccountRecord {
        guard !found.isDisabled else { throw .refused("disabled", "The account is disabled.") }
        return found.account
    }
}

extension APIError {
    static func refused(_ reason: String, _ message: String, provider word: String? = nil) -> APIError {
        APIError(
            .signInRefused, message,
            details: ["reason": .string(reason), "provider_error": word.map(JSON.string) ?? .null])
    }

    static let identityTaken = APIError(
        .identityTaken,
        "Whom the provider vouches for has another account here. Sign in to that one, or unlink it there.")

    static let signInExpired = APIError(
        .signInExpired,
        "The sign-in was not begun in this browser, has expired, or was finished before. Begin again.")

    init(_ failure: OpenIDFailure) {
        switch failure.code {
        case .provider:
            self.init(.providerFailed, "Signing in is not possible at the moment: \(failure.message).")
        case .refused: self = .refused("provider", "The sign-in was refused: \(failure.message).")
        // What exactly is wrong stands in the log; it is of use to nobody who stands here.
        case .token: self.init(.invalidSignIn, "The provider's answer is not valid. Begin again.")
        }
    }
}
