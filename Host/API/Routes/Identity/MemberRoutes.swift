import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// A tenant's members and whom it invited: `/members`, `/invitations`.
struct MemberRoutes {
    /// Milliseconds: a week.
    private static let invitationLife: Int64 = 604_800_000

    let members: any MembershipStore
    let roles: RoleRoutes
    let letters: Letters
    let authenticator: Authenticator
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.get, "/members", list), Route(.put, "/members/:id", setRole), Route(.delete, "/members/:id", remove),
            Route(.get, "/invitations", invitations), Route(.post, "/invitations", invite),
            Route(.delete, "/invitations/:id", withdraw),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let found = try await members.members(in: context.tenant)
        return Response(["items": .array(found.map(\.json)), "next_cursor": .null])
    }

    @Sendable private func setRole(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.json(limit: limits.body)
        var reader = try MemberReader(body: body, known: ["role"])
        let role = reader.text("role", required: true) ?? ""
        try reader.check()
        let member = try await member(context)
        // Both what is taken away and what is given must be the caller's to give: nobody lowers their betters.
        try await roles.checkGrant(of: role, context)
        try await roles.checkGrant(of: member.role, context)
        guard try await members.setRole(role, of: member.account.id, in: context.tenant) else {
            throw Self.noMember(member.account.id.description)
        }
        authenticator.forget()
        context.audit.change("role", from: .string(member.role), to: .string(role))
        return Response(MemberRecord(account: member.account, role: role, joinedAt: member.joinedAt).json)
    }

    @Sendable private func remove(_ request: Request, _ context: APIContext) async throws -> Response {
        let member = try await member(context)
        try await roles.checkGrant(of: member.role, context)
        guard try await members.remove(member.account.id, from: context.tenant) else {
            throw Self.noMember(member.account.id.description)
        }
        authenticator.forget()
        context.audit.change("role", from: .string(member.role), to: .null)
        return Response(status: .noContent)
    }

    private func member(_ context: APIContext) async throws -> MemberRecord {
        let text = context.parameter("id")
        guard let id = AccountID(text),
            let member = try await members.members(in: context.tenant).first(where: { $0.account.id == id })
        else { throw Self.noMember(text) }
        return member
    }

    @Sendable private func invitations(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let found = try await members.invitations(in: context.tenant, at: clock.now)
        return Response(["items": .array(found.map { .object($0.json) }), "next_cursor": .null])
    }

    /// Where letters cannot be sent, the answer holds the token, to be handed over by whoever invites.
    @Sendable private func invite(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.json(limit: limits.body)
        var reader = try MemberReader(body: body, known: ["email", "role"])
        let text = reader.text("email", required: true, limit: 1_000)
        let role = reader.text("role", required: true) ?? ""
        let email = text.flatMap(EmailAddress.canonical)
        if text != nil, email == nil {
            reader.report("bad-value", at: "email", "the address must be like ann@example.com")
        }
        try reader.check()
        try await roles.checkGrant(of: role, context)
        let now = clock.now
        let invitation = InvitationRecord(
            id: .new(at: now), tenant: context.tenant, email: email ?? "", role: role,
            createdBy: context.caller.account, createdAt: now, expiresAt: now + Self.invitationLife)
        let token = TenantToken(.invitation, for: context.tenant)
        try await members.invite(invitation, digest: token.digest)
        context.audit.name("invitation", invitation.id)
        context.audit.detail("email", .string(invitation.email))
        context.audit.detail("role", .string(role))
        var object = invitation.json
        if letters.canSend {
            let name = try await members.tenantName(context.tenant) ?? ""
            try await letters.invite(invitation, to: name, token: token.secret)
        } else {
            object["token"] = .string(token.secret.reveal())
        }
        return Response(.object(object), status: .created)
    }

    @Sendable private func withdraw(_ request: Request, _ context: APIContext) async throws -> Response {
        let text = context.parameter("id")
        guard let id = InvitationID(text), try await members.withdraw(id, in: context.tenant) else {
            throw APIError(
                .invitationNotFound, "There is no invitation \(text.quoted).",
                details: ["invitation_id": .string(text.shortened(to: 80))])
        }
        return Response(status: .noContent)
    }

    private static func noMember(_ text: String) -> APIError {
        APIError(
            .memberNotFound, "The tenant has no member \(text.quoted).",
            details: ["account_id": .string(text.shortened(to: 80))])
    }
}

extension MemberRecord {
    fileprivate var json: JSON {
        [
            "account_id": .string(account.id.description), "email": .string(account.email),
            "name": .string(account.name), "role": .string(role), "totp": .bool(account.isTOTPActive),
            "joined_at": .string(joinedAt.description),
        ]
    }
}

extension InvitationRecord {
    /// Without its token.
    fileprivate var json: JSONObject {
        [
            "id": .string(id.description), "email": .string(email), "role": .string(role),
            "created_by": createdBy.map { .string($0.description) } ?? .null,
            "created_at": .string(createdAt.description), "expires_at": .string(expiresAt.description),
        ]
    }
}
