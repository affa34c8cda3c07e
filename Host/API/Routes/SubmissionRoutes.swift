import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON
import PatchbayMarketplace

/// What moderators decide about: `/submissions`.
struct SubmissionRoutes {
    let templates: any TemplateStore
    let check: TemplateCheck
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.get, "/submissions", list), Route(.get, "/submissions/:id/:version", get),
            Route(.post, "/submissions/:id/:version/approve") { try await decide(.approve, $0, $1) },
            Route(.post, "/submissions/:id/:version/reject") { try await decide(.reject, $0, $1) },
            Route(.post, "/submissions/:id/:version/withdraw") { try await decide(.withdraw, $0, $1) },
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["state", "limit", "cursor"])
        let words = SubmissionState.allCases.map(\.rawValue).joined(separator: ", ")
        let state = query.read("state", expecting: "one of " + words) { SubmissionState(rawValue: $0) }
        let page = query.page()
        try query.check()
        return Response(
            try await templates.submissions(in: state ?? .pending, page: page).json { .object($0.shown) })
    }

    /// With what the check says of it now.
    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        let version = try await submission(context)
        let problems = check.check(version.document).problems
        return Response(
            .object(version.shown.with("document", version.document).with("problems", .problems(problems))))
    }

    private func decide(
        _ event: SubmissionEvent, _ request: Request, _ context: APIContext
    ) async throws -> Response {
        var body = try MemberReader(
            body: try await request.json(limit: limits.body, whenEmpty: [:]), known: ["reasons"])
        // Whoever is refused is told why.
        let reasons = body.text("reasons", required: event != .approve, limit: 2_000)
        try body.check()
        let version = try await submission(context)
        let outcome = check.check(version.document)
        guard let document = outcome.document, event != .approve || outcome.isGood else {
            throw APIError.invalid(outcome.problems, what: "template")
        }
        var changed = version
        changed.submission = try await templates.apply(
            event,
            to: SubmissionChange(
                version: version, listing: TemplateListing(document, of: version, at: clock.now),
                actor: context.actor.name, reasons: reasons ?? "", at: clock.now))
        if let reasons { context.audit.detail("reasons", .string(reasons.shortened(to: 200))) }
        return Response(.object(changed.shown))
    }

    private func submission(_ context: APIContext) async throws -> TemplateVersion {
        let (id, text) = (context.parameter("id"), context.parameter("version"))
        guard let template = TemplateID(id) else { throw APIError.noTemplate(id) }
        guard let version = Version(text), let found = try await templates.submission(of: template, version: version)
        else { throw APIError.noVersion(text, of: id) }
        return found
    }
}

extension TemplateVersion {
    /// For moderators, who see whose it is.
    fileprivate var shown: JSONObject { json.with("tenant_id", .string(tenant.description)) }
}
