import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// Ways into a session: `/auth/login`, `/auth/register`, `/auth/links`.
struct SignInRoutes {
    /// Milliseconds that a link to sign in works.
    private static let linkLife: Int64 = 900_000

    let signIn: SignIn
    let desk: SessionDesk
    let letters: Letters
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.post, "/auth/login", login), Route(.post, "/auth/register", register),
            Route(.post, "/auth/links", sendLink), Route(.post, "/auth/links/redeem", redeemLink),
        ]
    }

    private var accounts: any AccountStore { signIn.parts.accounts }
    private var members: any MembershipStore { signIn.parts.members }

    @Sendable private func login(_ request: Request, _ context: APIContext) async throws -> Response {
        try checkOrigin(request)
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["email", "password", "code", "recovery_code"])
        let email = members.text("email", required: true, limit: 1_000)
        let password = members.text("password", required: true, limit: 10_000)
        let second = members.second()
        try members.check()
        let account = try await proven(email, request, context) {
            try await signIn.account(
                email: email ?? "", password: password ?? "", second: second, from: context.address)
        }
        return try await desk.open(for: account, by: .password, request, context)
    }

    /// Makes an account for whoever holds an invitation, which shows that the address is theirs.
    @Sendable private func register(_ request: Request, _ context: APIContext) async throws -> Response {
        try checkOrigin(request)
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["token", "name", "password"])
        let token = members.text("token", required: true)
        let name = members.text("name", required: true)
        let password = members.password("password", knowing: [name].compactMap(\.self))
        try members.check()
        try signIn.admit(from: context.address)
        let invitation = try await self.members.invitation(token, at: clock.now)
        if let problem = PasswordRules.problem(with: password ?? "", knowing: [invitation.email]) {
            members.report("bad-value", at: "password", "the password \(problem)")
        }
        try members.check()
        let now = clock.now
        let account = AccountRecord(id: .new(at: now), email: invitation.email, name: name ?? "", createdAt: now)
        let hash = try await signIn.hash(password ?? "")
        guard try await self.members.accept(invitation, as: account, passwordHash: hash, at: now) else {
            throw APIError.linkInvalid
        }
        context.audit.name("account", account.id)
        context.audit.act(as: .account(account.id, nil), in: [invitation.tenant])
        context.audit.detail("role", .string(invitation.role))
        return try await desk.open(for: account, by: .invitation, request, context, status: .created)
    }

    /// 202, whether there is such an account or not, and in the same time.
    @Sendable private func sendLink(_ request: Request, _ context: APIContext) async throws -> Response {
        try checkOrigin(request)
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["email"])
        let email = members.text("email", required: true, limit: 1_000)
        try members.check()
        guard letters.canSend else { throw APIError.noMail }
        try signIn.admit(from: context.address)
        let now = clock.now
        // What is no address is nobody's.
        let address = email.flatMap(EmailAddress.canonical) ?? ""
        let token = AccessToken(.link)
        let recipient = try await accounts.offerLink(
            token.digest, to: address, until: now + Self.linkLife, at: now, by: .account)
        if recipient != nil { letters.signIn(address, token: token.secret) }
        try await desk.audit.linkSent(to: recipient, email: email, request, context)
        return Response(["sent": true], status: .accepted)
    }

    @Sendable private func redeemLink(_ request: Request, _ context: APIContext) async throws -> Response {
        try checkOrigin(request)
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["token", "code", "recovery_code"])
        let text = members.text("token", required: true)
        let second = members.second()
        try members.check()
        let found = try await proven(nil, request, context) {
            try signIn.admit(from: context.address)
            guard let token = AccessToken(text ?? "", kind: .link),
                let id = try await accounts.useLink(token.digest, at: clock.now)
            else { throw APIError.linkInvalid }
            return (id, token)
        }
        let (id, token) = found
        do {
            let account = try await signIn.account(linked: id, second: second, from: context.address)
            try await accounts.forgetAttempts(of: id)
            return try await desk.open(for: account, by: .link, request, context)
        } catch let error as APIError where error.code == .totpRequired || error.code == .invalidSignIn {
            // Good for once means for one session: who has yet to look for the phone keeps the link.
            try await accounts.addLink(token.digest, for: id, until: clock.now + Self.linkLife)
            await desk.audit.proofFailed(error, of: id, email: nil, request, context)
            throw error
        }
    }

    /// Takes down when somebody does not show who they are. Who it would have been is looked up whether there is such an
    /// account or not, so that the answer takes as long.
    private func proven<Value: Sendable>(
        _ email: String?, _ request: Request, _ context: APIContext, _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await body()
        } catch let error as APIError
            where [.invalidSignIn, .totpRequired, .tooManyAttempts, .linkInvalid].contains(error.code)
        {
            let found = try await accounts.signIn(email: email.flatMap(EmailAddress.canonical) ?? "")
            await desk.audit.proofFailed(error, of: found?.account.id, email: email, request, context)
            throw error
        }
    }

    /// Another site must not sign its visitors in as somebody else.
    private func checkOrigin(_ request: Request) throws(APIError) {
        guard !Gate.comesFromElsewhere(request.headers) else {
            throw APIError(.csrfTokenInvalid, "The request comes from another site's page.")
        }
    }
}

extension MembershipStore {
    /// Throws `linkInvalid` for what is no invitation, or none any more.
    func invitation(_ text: String?, at now: Timestamp) async throws -> InvitationRecord {
        guard let token = TenantToken(text ?? "", kind: .invitation),
            let invitation = try await invitation(token.digest, in: token.tenant, at: now)
        else { throw APIError.linkInvalid }
        return invitation
    }
}

extension MemberReader {
    /// `code` or `recovery_code`.
    mutating func second() -> SignIn.Second {
        SignIn.Second(code: text("code", limit: 20), recoveryCode: text("recovery_code", limit: 40))
    }

    /// One that may be set.
    mutating func password(_ name: String, knowing others: [String]) -> String? {
        guard let password = text(name, required: true, limit: 10_000) else { return nil }
        if let problem = PasswordRules.problem(with: password, knowing: others) {
            report("bad-value", at: name, "the password \(problem)")
            return nil
        }
        return password
    }
}
