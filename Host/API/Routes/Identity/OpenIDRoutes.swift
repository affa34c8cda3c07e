import HTTPTypes
import Hummingbird
import Logging
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// Signing in by a provider: `/auth/providers`, and `/auth/oidc/{provider}`, which sends the browser there and takes it
/// back. What was asked stands in a sealed cookie, so that nothing is stored for whoever only begins.
struct OpenIDRoutes {
    /// Milliseconds to give the one-time code of an account that asks for one.
    private static let secondLife: Int64 = 300_000
    /// Bytes of the longest path to return to.
    private static let longestPath = 512

    let signIn: SignIn
    let desk: SessionDesk
    let letters: Letters
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.get, "/auth/providers", list), Route(.get, "/auth/oidc/:provider/start", start),
            Route(.get, "/auth/oidc/:provider/callback", callback), Route(.post, "/auth/oidc/:provider/link", link),
        ]
    }

    private var accounts: any AccountStore { signIn.parts.accounts }
    private var cookies: SessionCookies { desk.authenticator.cookies }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let items = signIn.parts.providers.map { provider -> JSON in
            [
                "id": .string(provider.settings.id), "name": .string(provider.settings.title),
                "start": .string("/api/v1/auth/oidc/\(provider.settings.id)/start"),
            ]
        }
        return Response(["items": .array(items), "next_cursor": .null])
    }

    @Sendable private func start(_ request: Request, _ context: APIContext) async throws -> Response {
        let provider = try provider(context)
        var query = try Query(request, known: ["return_to"])
        let path = query.read("return_to", expecting: "a path of this host, such as /workflows", Self.path)
        try query.check()
        let question = OpenIDQuestion(provider: provider.settings.id, askedAt: clock.now, returnPath: path)
        let address = try await address(asking: question, provider, context)
        return Response(status: .seeOther, headers: try headers(keeping: question, [.location: address]))
    }

    /// The same for somebody who has signed in and adds the provider as a way in: a page asks, so that no other site
    /// can.
    @Sendable private func link(_ request: Request, _ context: APIContext) async throws -> Response {
        let provider = try provider(context)
        let person = try context.person()
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["return_to"])
        let text = members.text("return_to", limit: Self.longestPath)
        let path = text.flatMap(Self.path)
        if text != nil, path == nil {
            members.report("bad-value", at: "return_to", "'return_to' must be a path of this host, such as /workflows")
        }
        try members.check()
        let question = OpenIDQuestion(
            provider: provider.settings.id, askedAt: clock.now, returnPath: path, account: person.account.id)
        let address = try await address(asking: question, provider, context)
        return Response(["url": .string(address)], headers: try headers(keeping: question, [:]))
    }

    @Sendable private func callback(_ request: Request, _ context: APIContext) async throws -> Response {
        let provider = try provider(context)
        try signIn.admit(from: context.address)
        do {
            return try await finish(request, context, provider)
        } catch let failure as OpenIDFailure {
            log(failure, provider, context)
            await desk.audit.proofFailed(APIError(failure), of: nil, email: nil, request, context)
            throw ended(APIError(failure))
        } catch let error as APIError {
            if error.code != .totpRequired {
                await desk.audit.proofFailed(error, of: nil, email: nil, request, context)
            }
            throw ended(error)
        }
    }

    private func finish(_ request: Request, _ context: APIContext, _ provider: OpenIDProvider) async throws -> Response
    {
        let answer = try Answer(request)
        let now = clock.now
        guard let cookie = cookies.question(in: request),
            let question = OpenIDQuestion(sealed: cookie, with: signIn.parts.key, at: now),
            question.provider == provider.settings.id, let state = answer["state"], question.isAnswered(by: state),
            try await accounts.useAnswer(question.digest, until: question.expiresAt, at: now)
        else { throw APIError.signInExpired }
        if answer["error"] != nil {
            let word = OpenIDProvider.word(answer["error"])
            throw APIError.refused("provider", "The provider has not signed you in.", provider: word)
        }
        let person = try await provider.person(
            answering: question, code: answer["code"] ?? "", issuer: answer["iss"])
        let people = ProviderSignIn(accounts: accounts, members: signIn.parts.members, clock: clock)
        if let account = question.account {
            try await people.link(person, to: account)
            try await desk.audit.linked(provider.settings.id, to: account, request, context)
            return left(Response(["linked": true]), to: question.returnPath)
        }
        let (account, finding) = try await people.account(of: person, by: provider.settings)
        switch finding {
        case .known: break
        case .linked: try await desk.audit.linked(provider.settings.id, to: account.id, request, context)
        case .made: try await desk.audit.registered(account.id, by: provider.settings.id, request, context)
        }
        signIn.forget(address: context.address)
        if account.isTOTPActive { return try await askForCode(account, question) }
        let response = try await desk.open(for: account, by: .oidc, request, context)
        return left(response, to: question.returnPath)
    }

    /// The provider's word is the first proof only: the second one is given as after a link by mail.
    private func askForCode(_ account: AccountRecord, _ question: OpenIDQuestion) async throws -> Response {
        let token = AccessToken(.link)
        try await accounts.addLink(token.digest, for: account.id, until: clock.now + Self.secondLife)
        guard question.returnPath != nil else {
            throw APIError(
                .totpRequired, "The account asks for a one-time code. Send it with the token to /auth/links/redeem.",
                details: ["token": .string(token.secret.reveal())])
        }
        return left(Response(status: .seeOther), to: letters.link("sign-in", token.secret))
    }

    /// Where somebody wants to be in the end, a redirection; the cookie is gone in any case.
    private func left(_ response: Response, to path: String?) -> Response {
        var response = response
        response.headers.append(cookies.forgettingQuestion)
        guard let path else { return response }
        var headers = response.headers
        headers[.contentType] = nil
        headers[.location] = path
        return Response(status: .seeOther, headers: headers)
    }

    private func ended(_ error: APIError) -> APIError {
        var error = error
        error.headers.append(cookies.forgettingQuestion)
        return error
    }

    private func log(_ failure: OpenIDFailure, _ provider: OpenIDProvider, _ context: APIContext) {
        context.logger.warning(
            "a sign-in by a provider failed",
            metadata: ["provider": "\(provider.settings.id)", LogKeys.error: "\(failure)"])
    }

    private func address(
        asking question: OpenIDQuestion, _ provider: OpenIDProvider, _ context: APIContext
    ) async throws -> String {
        do {
            return try await provider.address(asking: question)
        } catch let failure as OpenIDFailure {
            log(failure, provider, context)
            throw APIError(failure)
        }
    }

    private func headers(keeping question: OpenIDQuestion, _ others: HTTPFields) throws -> HTTPFields {
        var headers = others
        headers.append(
            cookies.keeping(question: try question.sealed(with: signIn.parts.key), for: OpenIDQuestion.life / 1_000))
        return headers
    }

    private func provider(_ context: APIContext) throws(APIError) -> OpenIDProvider {
        let id = context.parameter("provider")
        guard let provider = signIn.parts.providers.first(where: { $0.settings.id == id }) else {
            throw APIError(
                .providerNotFound, "There is no provider \(id.quoted). `GET /auth/providers` lists them.",
                details: ["provider": .string(id.shortened(to: 80))])
        }
        return provider
    }

    /// Of this host: browsers read `//` and `/\` as the beginning of another host's name.
    private static func path(_ text: String) -> String? {
        guard text.utf8.count <= longestPath, text.hasPrefix("/"), !text.hasPrefix("//"),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return nil }
        return text
    }

    /// What a provider sends along, which may be more than is known here (RFC 6749, 4.1.2); nothing twice.
    private struct Answer {
        private let fields: [(name: String, value: String)]

        init(_ request: Request) throws(APIError) {
            guard let form = FormFields(request.uri.query ?? ""),
                Set(form.fields.map(\.name)).count == form.fields.count
            else { throw .signInExpired }
            fields = form.fields
        }

        subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
    }
}
