import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbaySecurity

/// Finds out who sends a request.
struct Authenticator: Sendable {
    /// Somebody who has shown who they are.
    enum Proven: Sendable {
        case installationKey
        case session(SessionGrant, AccessToken)
        case apiKey(APIKeyRecord)
    }

    let key: AdminKey
    let accounts: any AccountStore
    let members: any MembershipStore
    let clock: any TimeSource
    let cookies: SessionCookies
    private let sessions = RecentAnswers<SessionGrant>()
    private let keys = RecentAnswers<APIKeyRecord>()
    private let tenants = RecentAnswers<Bool>()

    init(
        key: AdminKey, accounts: any AccountStore, members: any MembershipStore, clock: any TimeSource,
        cookies: SessionCookies
    ) {
        self.key = key
        self.accounts = accounts
        self.members = members
        self.clock = clock
        self.cookies = cookies
    }

    /// By `Authorization: Bearer <key>` (RFC 6750), or else by the session's cookie. Throws `unauthorized`.
    func prove(_ headers: HTTPFields) async throws -> Proven {
        if let authorization = headers[.authorization] { return try await bearer(authorization) }
        guard let token = cookies.session(in: headers[values: .cookie]) else {
            throw Self.refusal(
                "The request carries no API key. Send it as 'Authorization: Bearer <key>', or sign in.")
        }
        let now = clock.now
        let grant = try await sessions.value(for: token.digest, at: now) {
            try await accounts.session(token.digest, at: now)
        }
        guard let grant, grant.session.expiresAt > now else {
            throw Self.refusal("The session has ended. Sign in again.")
        }
        return .session(grant, token)
    }

    /// Whose key a request carries, where nobody has to be asked; nil elsewhere, and when it is refused.
    func known(_ headers: HTTPFields, at now: Timestamp) -> Proven? {
        guard let authorization = headers[.authorization], let presented = try? Self.bearer(authorization) else {
            return nil
        }
        if let token = TenantToken(presented, kind: .apiKey) {
            guard let record = keys.known(for: token.digest, at: now), record.expiresAt.map({ $0 > now }) ?? true else {
                return nil
            }
            return .apiKey(record)
        }
        return key.matches(presented) ? .installationKey : nil
    }

    func exists(_ tenant: TenantID) async throws -> Bool {
        if tenant == .initial { return true }
        let key = Array(tenant.description.utf8)
        return try await tenants.value(for: key, at: clock.now) {
            try await members.tenantName(tenant).map { _ in true }
        } ?? false
    }

    /// What changed here counts here at once.
    func forget() {
        sessions.forgetAll()
        keys.forgetAll()
        tenants.forgetAll()
    }

    private static func bearer(_ authorization: String) throws(APIError) -> String {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw refusal("The authorization is no bearer key. Send it as 'Authorization: Bearer <key>'.")
        }
        return String(parts[1])
    }

    private func bearer(_ authorization: String) async throws -> Proven {
        let presented = try Self.bearer(authorization)
        if let token = TenantToken(presented, kind: .apiKey) {
            let now = clock.now
            let record = try await keys.value(for: token.digest, at: now) {
                try await members.key(token.digest, in: token.tenant, at: now)
            }
            if let record, record.expiresAt.map({ $0 > now }) ?? true { return .apiKey(record) }
        }
        guard key.matches(presented) else { throw Self.refusal("The API key is not valid.") }
        return .installationKey
    }

    static func refusal(_ message: String) -> APIError {
        APIError(.unauthorized, message, headers: [.wwwAuthenticate: "Bearer realm=\"patchbay\""])
    }
}
