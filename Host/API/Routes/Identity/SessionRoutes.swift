import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// What somebody who has signed in sees of that, and ends: `/auth/session`, `/auth/sessions`, `/auth/logout`.
struct SessionRoutes {
    let desk: SessionDesk
    let members: any MembershipStore
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.get, "/auth/session", current), Route(.post, "/auth/logout", logout),
            Route(.get, "/auth/sessions", list), Route(.delete, "/auth/sessions", closeOthers),
            Route(.delete, "/auth/sessions/:id", close), Route(.post, "/auth/invitations/accept", accept),
        ]
    }

    /// For keys too: what they are and what they may.
    @Sendable private func current(_ request: Request, _ context: APIContext) async throws -> Response {
        guard let session = context.session, let token = desk.authenticator.cookies.session(in: request) else {
            return Response(context.caller.json)
        }
        var object = session.json.object ?? [:]
        object["csrf_token"] = .string(token.forgeryProof)
        return Response(.object(object))
    }

    @Sendable private func logout(_ request: Request, _ context: APIContext) async throws -> Response {
        let person = try context.person()
        _ = try await desk.accounts.closeSession(person.session.id, of: person.account.id)
        desk.authenticator.forget()
        context.audit.name("session", person.session.id)
        return Response(status: .noContent, headers: desk.authenticator.cookies.closing)
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let person = try context.person()
        let sessions = try await desk.accounts.sessions(of: person.account.id, at: clock.now)
        return Response([
            "items": .array(sessions.map { $0.json(isCurrent: $0.id == person.session.id) }), "next_cursor": .null,
        ])
    }

    @Sendable private func closeOthers(_ request: Request, _ context: APIContext) async throws -> Response {
        let person = try context.person()
        let count = try await desk.accounts.closeSessions(of: person.account.id, except: person.session.id)
        desk.authenticator.forget()
        context.audit.detail("closed", .int(Int64(count)))
        return Response(["closed": .int(Int64(count))])
    }

    @Sendable private func close(_ request: Request, _ context: APIContext) async throws -> Response {
        let person = try context.person()
        let text = context.parameter("id")
        guard let id = SessionID(text), try await desk.accounts.closeSession(id, of: person.account.id) else {
            throw APIError(
                .sessionNotFound, "You have no session \(text.quoted).",
                details: ["session_id": .string(text.shortened(to: 80))])
        }
        desk.authenticator.forget()
        return Response(status: .noContent)
    }

    /// For people who have an account already. Only the address that was invited may accept.
    @Sendable private func accept(_ request: Request, _ context: APIContext) async throws -> Response {
        let person = try context.person()
        let body = try await request.json(limit: limits.body)
        var reader = try MemberReader(body: body, known: ["token"])
        let token = reader.text("token", required: true)
        try reader.check()
        let invitation = try await members.invitation(token, at: clock.now)
        guard invitation.email == person.account.email,
            try await members.accept(invitation, by: person.account.id, at: clock.now)
        else { throw APIError.linkInvalid }
        desk.authenticator.forget()
        context.audit.name("invitation", invitation.id)
        context.audit.act(as: context.actor, in: [invitation.tenant])
        context.audit.detail("role", .string(invitation.role))
        return Response(["tenant_id": .string(invitation.tenant.description), "role": .string(invitation.role)])
    }
}

extension Caller {
    /// What a key learns about itself.
    fileprivate var json: JSON {
        let kind: String
        var id: JSON = .null
        switch identity {
        case .installationKey: kind = "installation_key"
        case .apiKey(let key, _):
            kind = "api_key"
            id = .string(key.description)
        case .session: kind = "session"
        }
        return [
            "kind": .string(kind), "id": id, "tenant_id": .string(tenant.description), "permissions": permissions.json,
            "workflows": workflows.map { .array($0.sorted().map { .string($0.description) }) } ?? .null,
        ]
    }
}
