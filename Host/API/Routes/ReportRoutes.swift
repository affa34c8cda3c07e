import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON

/// What people tell moderators of templates and reviews: `/templates/{id}/reports`, and what becomes of it: `/reports`.
struct ReportRoutes {
    let reviews: any ReviewStore
    let templates: any TemplateStore
    let throttle: MarketplaceThrottle
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.post, "/templates/:id/reports") { try await report(aReview: false, $0, $1) },
            Route(.post, "/templates/:id/reviews/:review/reports") { try await report(aReview: true, $0, $1) },
            Route(.get, "/reports", list), Route(.get, "/reports/:id", get),
            Route(.post, "/reports/:id/resolve") { try await close(as: .resolved, $0, $1) },
            Route(.post, "/reports/:id/dismiss") { try await close(as: .dismissed, $0, $1) },
        ]
    }

    private func report(
        aReview isReview: Bool, _ request: Request, _ context: APIContext
    ) async throws -> Response {
        var body = try MemberReader(body: try await request.json(limit: limits.body), known: ["reason", "text"])
        let reason = body.word("reason", of: TemplateReport.Reason.self, required: true)
        // A word alone says enough, but for one.
        let text = body.text("text", required: reason == .other, limit: TemplateReport.longestText)
        try body.check()
        let listing = try await TemplateShelf(templates: templates).required(context.parameter("id"))
        try await throttle.admit(.report, listing.id, context)
        let now = clock.now
        let report = TemplateReport(
            id: .new(at: now), template: listing.id, review: isReview ? try await review(of: listing, context) : nil,
            reporter: context.caller.participant, reportedBy: context.actor.name, reason: reason ?? .other,
            text: text ?? "", createdAt: now)
        try await reviews.create(report)
        context.audit.detail("report_id", .string(report.id.description))
        context.audit.detail("reason", .string(report.reason.rawValue))
        return Response(report.json, status: .created)
    }

    /// The one that the path names; nobody reports what they cannot see.
    private func review(of listing: TemplateListing, _ context: APIContext) async throws -> ReviewID {
        let text = context.parameter("review")
        guard let id = ReviewID(text), let review = try await reviews.review(id, of: listing.id),
            review.hiddenReason == nil
        else { throw APIError.noReview(text) }
        return review.id
    }

    // MARK: Moderators

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["state", "limit", "cursor"])
        let words = TemplateReport.State.allCases.map(\.rawValue).joined(separator: ", ")
        let state = query.read("state", expecting: "one of " + words) { TemplateReport.State(rawValue: $0) }
        let page = query.page()
        try query.check()
        return Response(try await reviews.reports(in: state ?? .open, page: page).json(\.shown))
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        let text = context.parameter("id")
        guard let id = ReportID(text), let report = try await reviews.report(id) else { throw APIError.noReport(text) }
        return Response(report.shown)
    }

    private func close(
        as state: TemplateReport.State, _ request: Request, _ context: APIContext
    ) async throws -> Response {
        var body = try MemberReader(body: try await request.json(limit: limits.body, whenEmpty: [:]), known: ["note"])
        // Whoever reads it later sees what was done.
        let note = body.text("note", required: state == .resolved, limit: 2_000)
        try body.check()
        let text = context.parameter("id")
        guard let id = ReportID(text),
            let report = try await reviews.close(
                id, as: state, note: note ?? "", by: context.actor.name, at: clock.now)
        else { throw APIError.noReport(text) }
        context.audit.detail("template_id", .string(report.template.description))
        if let note { context.audit.detail("note", .string(note.shortened(to: 200))) }
        return Response(report.shown)
    }
}
