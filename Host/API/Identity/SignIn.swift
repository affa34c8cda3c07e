import HTTPTypes
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// Judges what people prove themselves by. Whoever fails learns nothing of whether there is such an account, not by the
/// answer and not by its time.
struct SignIn: Sendable {
    let parts: IdentityParts
    let clock: any TimeSource
    private let addresses = RecentAttempts(.address)
    private let strangers = RecentAttempts(.account)

    init(_ parts: IdentityParts, clock: any TimeSource) {
        self.parts = parts
        self.clock = clock
    }

    /// The second proof, for accounts that ask for one.
    struct Second: Sendable {
        var code: String?
        var recoveryCode: String?
    }

    func account(
        email: String, password: String, second: Second, from address: String
    ) async throws -> AccountRecord {
        try admit(from: address)
        let now = clock.now
        let email = EmailAddress.canonical(email) ?? ""
        let found = try await parts.accounts.signIn(email: email)
        if let found {
            try await admit(found.account.id)
        } else if let end = strangers.admit(email, at: now) {
            throw APIError.tooManyAttempts(until: end, at: now)
        }
        let isRight = try await matches(password, found?.passwordHash)
        guard let found, isRight, !found.isDisabled else { throw APIError.wrongSignIn }
        try await check(second, of: found)
        try await succeeded(found, password: password, from: address)
        return found.account
    }

    /// For somebody who came by a link, which is as good as the password.
    func account(linked id: AccountID, second: Second, from address: String) async throws -> AccountRecord {
        guard let found = try await parts.accounts.signIn(id), !found.isDisabled else { throw APIError.linkInvalid }
        if found.account.isTOTPActive {
            try await admit(id)
            try await check(second, of: found)
            try await parts.accounts.forgetAttempts(of: id)
        }
        return found.account
    }

    /// Whether it is the account's password; counts as an attempt.
    func confirm(_ password: String, of id: AccountID) async throws -> SignInRecord {
        try await admit(id)
        let found = try await parts.accounts.signIn(id)
        guard let found, try await matches(password, found.passwordHash) else { throw APIError.wrongPassword }
        try await parts.accounts.forgetAttempts(of: id)
        return found
    }

    /// Counts an attempt from an address, whatever it tries.
    func admit(from address: String) throws(APIError) {
        let now = clock.now
        // Behind a proxy that nobody told us of, everybody comes from this machine.
        if !address.isEmpty, address != "127.0.0.1", address != "::1", let end = addresses.admit(address, at: now) {
            throw .tooManyAttempts(until: end, at: now)
        }
    }

    /// Somebody there was right.
    func forget(address: String) { addresses.forget(address) }

    func hash(_ password: String) async throws -> String {
        do {
            return try await parts.hashing.hash(password).text
        } catch is PasswordHashing.Busy {
            throw APIError.busy
        }
    }

    private func admit(_ account: AccountID) async throws {
        let now = clock.now
        if let end = try await parts.accounts.admitAttempt(of: account, at: now, by: .account) {
            throw APIError.tooManyAttempts(until: end, at: now)
        }
    }

    private func matches(_ password: String, _ stored: String?) async throws -> Bool {
        // What could never have been set is not worth the work, and tells nothing about any account.
        guard !password.isEmpty, password.utf8.count <= PasswordRules.longest else { return false }
        do {
            return try await parts.hashing.matches(password, stored)
        } catch is PasswordHashing.Busy {
            throw APIError.busy
        }
    }

    private func check(_ second: Second, of found: SignInRecord) async throws {
        guard found.account.isTOTPActive, let sealed = found.sealedTOTP else { return }
        let id = found.account.id
        if let code = second.code {
            let secret = try parts.key.open(sealed, boundTo: Self.binding(of: id))
            guard let step = TimeCode.step(of: code, secret: secret, at: clock.now, after: found.usedStep),
                try await parts.accounts.useStep(step, of: id)
            else { throw APIError.wrongSignIn }
        } else if let code = second.recoveryCode {
            guard let digest = RecoveryCode.digest(code), try await parts.accounts.useRecoveryCode(digest, of: id)
            else {
                throw APIError.wrongSignIn
            }
        } else {
            throw APIError(
                .totpRequired, "The account asks for a one-time code. Send it as 'code', or a 'recovery_code'.")
        }
    }

    private func succeeded(_ found: SignInRecord, password: String, from address: String) async throws {
        try await parts.accounts.forgetAttempts(of: found.account.id)
        addresses.forget(address)
        if let stored = found.passwordHash, parts.hashing.isOutdated(stored), let hash = try? await hash(password) {
            try await parts.accounts.setPassword(hash, of: found.account.id)
        }
    }

    /// A sealed secret opens only for the account it was made for.
    static func binding(of account: AccountID) -> [UInt8] { AccountSecret.binding(of: account) }
}

extension APIError {
    static let wrongSignIn = APIError(.invalidSignIn, "E-mail address, password or code is wrong.")
    static let wrongPassword = APIError(.invalidSignIn, "The password is wrong.")
    static let linkInvalid = APIError(
        .linkInvalid, "The link is not valid: it was used, has expired, or was replaced by a newer one.")
    static let busy = APIError(
        .busy, "Too many people sign in at this moment. Try again in a few seconds.", headers: [.retryAfter: "5"])

    static func tooManyAttempts(until end: Timestamp, at now: Timestamp) -> APIError {
        let seconds = max(1, (end - now + 999) / 1_000)
        return APIError(
            .tooManyAttempts, "There were too many failed attempts. Try again in \(seconds) seconds.",
            details: ["retry_after_seconds": .int(seconds)], headers: [.retryAfter: String(seconds)])
    }
}
