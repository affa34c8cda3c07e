import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// What somebody proves themselves by: `/auth/password`, `/auth/totp`.
struct ProofRoutes {
    /// Milliseconds after a sign-in by link in which the forgotten password may be replaced.
    private static let linkGrace: Int64 = 900_000

    let signIn: SignIn
    let desk: SessionDesk
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.put, "/auth/password", setPassword), Route(.post, "/auth/totp", offer),
            Route(.post, "/auth/totp/confirm", confirm), Route(.post, "/auth/totp/disable", disable),
        ]
    }

    private var accounts: any AccountStore { signIn.parts.accounts }

    /// All other sessions end, and this one is replaced.
    @Sendable private func setPassword(_ request: Request, _ context: APIContext) async throws -> Response {
        let person = try context.person()
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["current_password", "new_password"])
        let current = members.text("current_password", limit: 10_000)
        let new = members.password("new_password", knowing: [person.account.email, person.account.name])
        try members.check()
        let cameByLink =
            [.link, .oidc].contains(person.session.method) && clock.now - person.session.createdAt < Self.linkGrace
        if let current {
            _ = try await signIn.confirm(current, of: person.account.id)
        } else if !cameByLink {
            throw APIError.wrongPassword
        }
        try await accounts.setPassword(try await signIn.hash(new ?? ""), of: person.account.id)
        _ = try await accounts.closeSessions(of: person.account.id, except: nil)
        desk.authenticator.forget()
        return try await desk.open(for: person.account, by: .password, request, context)
    }

    /// A secret for an authenticator app. It counts when `confirm` has seen a code of it.
    @Sendable private func offer(_ request: Request, _ context: APIContext) async throws -> Response {
        let person = try context.person()
        let secret = TimeCode.newSecret()
        let sealed = try signIn.parts.key.seal(secret, boundTo: SignIn.binding(of: person.account.id))
        let password = try await password(in: request)
        _ = try await signIn.confirm(password, of: person.account.id)
        guard try await accounts.offerTOTP(sealed, of: person.account.id) else {
            throw APIError(.totpActive, "The account asks for one-time codes already. Disable that first.")
        }
        return Response([
            "secret": .string(Base32.text(secret)),
            "address": .string(TimeCode.address(secret: secret, account: person.account.email, issuer: "Patchbay")),
        ])
    }

    @Sendable private func confirm(_ request: Request, _ context: APIContext) async throws -> Response {
        let person = try context.person()
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["code"])
        let code = members.text("code", required: true, limit: 20)
        try members.check()
        let id = person.account.id
        guard let found = try await accounts.signIn(id), let sealed = found.sealedTOTP, !found.account.isTOTPActive
        else {
            throw APIError(.totpNotOffered, "No secret waits to be confirmed. `POST /auth/totp` gives one.")
        }
        let secret = try signIn.parts.key.open(sealed, boundTo: SignIn.binding(of: id))
        guard let step = TimeCode.step(of: code ?? "", secret: secret, at: clock.now, after: nil) else {
            throw APIError.wrongSignIn
        }
        let codes = RecoveryCode.newSet()
        guard
            try await accounts.activateTOTP(of: id, step: step, recovery: codes.compactMap(RecoveryCode.digest))
        else { throw APIError(.totpNotOffered, "No secret waits to be confirmed. `POST /auth/totp` gives one.") }
        _ = try await accounts.closeSessions(of: id, except: person.session.id)
        desk.authenticator.forget()
        return Response(["recovery_codes": .array(codes.map(JSON.string))])
    }

    @Sendable private func disable(_ request: Request, _ context: APIContext) async throws -> Response {
        let person = try context.person()
        _ = try await signIn.confirm(try await password(in: request), of: person.account.id)
        try await accounts.removeTOTP(of: person.account.id)
        desk.authenticator.forget()
        return Response(status: .noContent)
    }

    private func password(in request: Request) async throws -> String {
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["password"])
        let password = members.text("password", required: true, limit: 10_000)
        try members.check()
        return password ?? ""
    }
}
