import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// Authorising credentials of OAuth 2.0: to the provider, back from it, and taking it back.
struct OAuthRoutes {
    let vault: CredentialVault
    let consent: OAuthConsent
    let authenticator: Authenticator
    let publicURL: String?
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.post, "/credentials/:id/oauth/authorize", authorize),
            Route(.post, "/credentials/:id/oauth/revoke", revoke), Route(.get, "/oauth/callback", callback),
        ]
    }

    /// Answers where to send the browser.
    @Sendable private func authorize(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.json(limit: limits.body, whenEmpty: [:])
        var members = try MemberReader(body: body, known: ["return_to"])
        let path = members.text("return_to", limit: 1_000)
        if let path, !ReturnPath.isPath(path) {
            members.report(
                "bad-value", at: "return_to", "'return_to' is a path of this host, such as /credentials")
        }
        try members.check()
        let record = try await vault.record(called: context.parameter("id"), in: context.tenant)
        let beginning = try await consent.begin(
            record, for: context.caller.bearer,
            redirect: WebhookLinks(publicURL: publicURL, request: request).oauthCallback, returnPath: path)
        return Response(["url": .string(beginning.url), "expires_at": .string(beginning.expiresAt.description)])
    }

    @Sendable private func revoke(_ request: Request, _ context: APIContext) async throws -> Response {
        let record = try await vault.record(called: context.parameter("id"), in: context.tenant)
        let (changed, isConfirmed) = try await consent.revoke(record)
        return Response(["credential": changed.json, "confirmed": isConfirmed.map(JSON.bool) ?? .null])
    }

    /// Where the provider sends the browser back to. People see a page, programs that want JSON get it.
    @Sendable private func callback(_ request: Request, _ context: APIContext) async throws -> Response {
        let wantsJSON = ConsentPage.isForPrograms(request.headers[values: .accept])
        do {
            let back = try Self.back(request)
            let present = await grant(of: request)
            let actor = present.map { AuditActor.account($0.account.id, $0.session.id) } ?? .nobody
            let completion = try await consent.complete(back) { bearer in
                switch bearer {
                case .session(let id): present?.session.id == id
                case .account(let id): present?.account.id == id
                case .anybody: true
                }
            } refused: { pending, refusal in
                context.audit.name("credential", pending.credential)
                context.audit.act(as: actor, in: [pending.tenant])
                context.audit.refuse(APIError(refusal).code)
            }
            context.audit.name("credential", completion.record.id)
            context.audit.act(as: actor, in: [completion.record.tenant])
            context.audit.detail("name", .string(completion.record.name))
            if let path = completion.returnPath {
                return Response(status: .seeOther, headers: [.location: path])
            }
            if wantsJSON { return Response(["credential": completion.record.json]) }
            return ConsentPage.response(
                title: "Authorised",
                text: "The credential \(completion.record.name.quoted) can be used now. You may close this window.")
        } catch {
            guard !wantsJSON, let error = APIError(translating: error) else { throw error }
            return ConsentPage.response(title: "Not authorised", text: error.message, status: error.code.status)
        }
    }

    /// Providers add members of their own, which are nobody's business here; those that count come once.
    private static func back(_ request: Request) throws -> OAuthConsent.Return {
        let fields = FormFields(request.uri.query ?? "")?.fields ?? []
        func value(_ name: String) throws -> String? {
            let values = fields.filter { $0.name == name }.map(\.value)
            guard values.count <= 1, values.allSatisfy({ $0.utf8.count <= 8_192 }) else {
                throw ConsentRefusal.unknownState
            }
            return values.first
        }
        guard let state = try value("state") else { throw ConsentRefusal.unknownState }
        return OAuthConsent.Return(
            state: state, code: try value("code").map { Secret($0) }, error: try value("error"),
            words: try value("error_description"))
    }

    /// The session that the browser brings, if it brings one.
    private func grant(of request: Request) async -> SessionGrant? {
        guard case .session(let grant, _)? = try? await authenticator.prove(request.headers) else { return nil }
        return grant
    }
}

/// Paths of this host that a browser may be led to.
enum ReturnPath {
    /// Begins with one slash: with two, or with a backslash, it would be another host's.
    static func isPath(_ text: String) -> Bool {
        text.utf8.first == UInt8(ascii: "/") && text.utf8.dropFirst().first != UInt8(ascii: "/")
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
    }
}

extension Caller {
    /// Who must come back from the provider.
    fileprivate var bearer: PendingAuthorization.Bearer {
        switch identity {
        case .session(let id, _): .session(id)
        case .apiKey(_, let account?): .account(account)
        case .apiKey, .installationKey: .anybody
        }
    }
}

extension CredentialVault {
    /// By id or by name.
    func record(called text: String, in tenant: TenantID) async throws -> CredentialRecord {
        let record =
            if let id = CredentialID(text) {
                try await record(id, in: tenant)
            } else {
                try await record(named: text, in: tenant)
            }
        guard let record else {
            throw APIError(
                .credentialNotFound, "There is no credential with the id or name \(text.quoted).",
                details: ["credential": .string(text.shortened(to: 80))])
        }
        return record
    }
}
