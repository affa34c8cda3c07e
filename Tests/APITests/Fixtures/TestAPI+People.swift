import HTTPTypes
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Synchronization
import Testing

extension TestAPI {
    static let elsewhere = TenantID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0002)

    /// Somebody with a place in tenants, by role.
    @discardableResult
    func person(_ email: String, _ roles: [TenantID: String], isOperator: Bool = false) -> AccountRecord {
        let account = AccountRecord(
            id: .new(at: clock.now), email: email, name: email, isOperator: isOperator, createdAt: clock.now)
        identity.state.withLock { state in
            state.tenants[Self.elsewhere] = "elsewhere"
            state.accounts[account.id] = SignInRecord(account: account)
            for (tenant, role) in roles.sorted(by: { $0.key < $1.key }) {
                state.memberships.append(
                    MembershipRecord(tenant: tenant, account: account.id, role: role, createdAt: clock.now))
            }
        }
        return account
    }

    /// The headers of a new session's page; `tenant` as `X-Tenant-ID`.
    func session(of account: AccountRecord, in tenant: TenantID? = nil) async throws -> HTTPFields {
        let token = AccessToken(.session)
        let now = clock.now
        try await identity.open(
            SessionRecord(
                id: .new(at: now), account: account.id, method: .password, createdAt: now,
                expiresAt: now + 86_400_000, address: "", agent: ""), digest: token.digest)
        return Self.page(token, in: tenant)
    }

    static func page(_ token: AccessToken, in tenant: TenantID? = nil) -> HTTPFields {
        var headers: HTTPFields = [
            .cookie: "patchbay_session=\(token.secret.reveal())", .csrf: token.forgeryProof,
        ]
        if let tenant { headers[.tenantID] = tenant.description }
        return headers
    }
}

extension TestClient {
    /// The same by its whole path.
    func ask(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil, by headers: HTTPFields
    ) async throws -> Answer {
        try await page(method, String(path.dropFirst("/api/v1".count)), body, as: headers)
    }

    /// A request of a page that somebody has signed in on.
    func page(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil, as headers: HTTPFields
    ) async throws -> Answer {
        var headers = headers
        if body != nil { headers[.contentType] = "application/json" }
        return try await raw(method, "/api/v1" + path, headers: headers, body: body?.bytes())
    }
}

extension TestClient.Answer {
    /// What the answer's cookies open.
    var token: AccessToken? {
        for cookie in headers[values: .setCookie] where cookie.hasPrefix("patchbay_session=") {
            return AccessToken(String(cookie.dropFirst("patchbay_session=".count).prefix { $0 != ";" }), kind: .session)
        }
        return nil
    }
}

extension HTTPField.Name {
    static let csrf = HTTPField.Name("X-CSRF-Token")!
    static let tenantID = HTTPField.Name("X-Tenant-ID")!
    static let site = HTTPField.Name("Sec-Fetch-Site")!
}
