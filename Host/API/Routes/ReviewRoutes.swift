import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON

/// What installers think of templates: `/templates/{id}/reviews`, and one's own at `/templates/{id}/review`.
struct ReviewRoutes {
    let reviews: any ReviewStore
    let templates: any TemplateStore
    let throttle: MarketplaceThrottle
    let clock: any TimeSource
    let limits: APILimits

    var shelf: TemplateShelf { TemplateShelf(templates: templates) }

    var routes: [Route] {
        [
            Route(.get, "/templates/:id/reviews", list), Route(.get, "/templates/:id/review", get),
            Route(.put, "/templates/:id/review", put), Route(.delete, "/templates/:id/review", remove),
            Route(.post, "/templates/:id/reviews/:review/hide", hide),
            Route(.post, "/templates/:id/reviews/:review/restore", restore),
        ]
    }

    /// Moderators see those that are hidden too.
    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["limit", "cursor"])
        let page = query.page()
        try query.check()
        let listing = try await shelf.required(context.parameter("id"))
        let isModerator = context.caller.permissions.contains(.installationManage)
        return Response(try await reviews.reviews(of: listing.id, hidden: isModerator, page: page).json(\.json))
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        let listing = try await shelf.required(context.parameter("id"))
        guard let review = try await reviews.review(by: context.caller.participant, of: listing.id) else {
            throw APIError.noReview(nil)
        }
        return Response(review.json)
    }

    @Sendable private func put(_ request: Request, _ context: APIContext) async throws -> Response {
        var body = try MemberReader(
            body: try await request.json(limit: limits.body), known: ["stars", "text", "author"])
        let stars = body.integer("stars", in: TemplateReview.stars, required: true)
        let text = body.text("text", limit: TemplateReview.longestText)
        let author = body.text("author", limit: 100)
        try body.check()
        let listing = try await shelf.required(context.parameter("id"))
        try await throttle.admit(.review, listing.id, context)
        guard listing.publisher != context.tenant else { throw APIError.ownTemplate }
        guard let version = try await reviews.installedVersion(of: listing.id, in: context.tenant) else {
            throw APIError.notInstalled
        }
        let now = clock.now
        let review = try await reviews.put(
            TemplateReview(
                id: .new(at: now), template: listing.id, reviewer: context.caller.participant, version: version,
                stars: Int(stars ?? 0), text: text ?? "", author: author, createdAt: now, updatedAt: now))
        guard let review else { throw APIError.noTemplate(context.parameter("id")) }
        context.audit.name("review", review.id)
        context.audit.detail("template", .string(listing.name))
        context.audit.detail("stars", .int(Int64(review.stars)))
        return Response(review.json)
    }

    @Sendable private func remove(_ request: Request, _ context: APIContext) async throws -> Response {
        let listing = try await shelf.required(context.parameter("id"))
        guard try await reviews.removeReview(by: context.caller.participant, of: listing.id) else {
            throw APIError.noReview(nil)
        }
        return Response(status: .noContent)
    }

    // MARK: Moderators

    @Sendable private func hide(_ request: Request, _ context: APIContext) async throws -> Response {
        var body = try MemberReader(body: try await request.json(limit: limits.body), known: ["reason"])
        let reason = body.text("reason", required: true, limit: 2_000)
        try body.check()
        context.audit.detail("reason", .string((reason ?? "").shortened(to: 200)))
        return try await setHidden(reason, context)
    }

    @Sendable private func restore(_ request: Request, _ context: APIContext) async throws -> Response {
        try await setHidden(nil, context)
    }

    private func setHidden(_ reason: String?, _ context: APIContext) async throws -> Response {
        let listing = try await shelf.required(context.parameter("id"))
        let text = context.parameter("review")
        guard let id = ReviewID(text),
            let review = try await reviews.setHidden(reason, id, of: listing.id)
        else { throw APIError.noReview(text) }
        return Response(review.json)
    }
}
