import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// Opens and closes sessions, and says what they are.
struct SessionDesk: Sendable {
    /// Milliseconds: a day.
    static let life: Int64 = 86_400_000

    let accounts: any AccountStore
    let authenticator: Authenticator
    let audit: AuditDesk
    let clock: any TimeSource

    /// The answer that signs somebody in. A session that the browser brought ends: nobody keeps one that another has
    /// planted, or has seen before.
    func open(
        for account: AccountRecord, by method: SessionRecord.Method, _ request: Request, _ context: APIContext,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let now = clock.now
        let cookies = authenticator.cookies
        if let old = cookies.session(in: request), let grant = try await accounts.session(old.digest, at: now) {
            _ = try await accounts.closeSession(grant.session.id, of: grant.account.id)
            authenticator.forget()
        }
        let token = AccessToken(.session)
        let session = SessionRecord(
            id: .new(at: now), account: account.id, method: method, createdAt: now, expiresAt: now + Self.life,
            address: context.address, agent: Self.shortened(request.headers[.userAgent] ?? ""))
        try await accounts.open(session, digest: token.digest)
        // Before anybody has the token.
        try await audit.signedIn(session, request, context)
        guard let grant = try await accounts.session(token.digest, at: now) else { throw APIError.wrongSignIn }
        var object = grant.json.object ?? [:]
        object["csrf_token"] = .string(token.forgeryProof)
        return Response(
            .object(object), status: status, headers: cookies.opening(token, for: Self.life / 1_000))
    }

    private static func shortened(_ agent: String) -> String {
        String(String.UnicodeScalarView(agent.unicodeScalars.filter { $0.value >= 0x20 }.prefix(200)))
    }
}

extension APIContext {
    /// For routes that are a person's own business.
    func person() throws(APIError) -> SessionGrant {
        guard let session else {
            throw APIError(.sessionRequired, "This is for people who have signed in, not for keys.")
        }
        return session
    }
}

extension SessionGrant {
    /// `{"session", "account", "tenants"}`.
    var json: JSON {
        [
            "session": session.json(isCurrent: true), "account": account.json,
            "tenants": .array(places.map(\.json)),
        ]
    }
}

extension SessionGrant.Place {
    fileprivate var json: JSON {
        [
            "id": .string(tenant.description), "name": .string(tenantName), "role": .string(role),
            "permissions": permissions.json,
        ]
    }
}

extension PermissionSet {
    var json: JSON { .array(permissions.map { .string($0.rawValue) }) }
}

extension AccountRecord {
    var json: JSON {
        [
            "id": .string(id.description), "email": .string(email), "name": .string(name),
            "is_operator": .bool(isOperator), "totp": .bool(isTOTPActive), "created_at": .string(createdAt.description),
        ]
    }
}

extension SessionRecord {
    func json(isCurrent: Bool) -> JSON {
        [
            "id": .string(id.description), "method": .string(method.rawValue), "address": .string(address),
            "agent": .string(agent), "created_at": .string(createdAt.description),
            "expires_at": .string(expiresAt.description), "current": .bool(isCurrent),
        ]
    }
}
