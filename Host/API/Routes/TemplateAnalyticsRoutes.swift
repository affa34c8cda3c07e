import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON

/// How a template does, for its publisher and for operators: `/templates/{id}/analytics`.
struct TemplateAnalyticsRoutes {
    let statistics: any TemplateStatisticsStore
    let templates: any TemplateStore
    let clock: any TimeSource

    static let mostDays = 365
    private static let standardDays = 30
    private static let mostReferrals = 50

    var routes: [Route] { [Route(.get, "/templates/:id/analytics", get)] }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["days"])
        let count = query.read("days", expecting: "a whole number from 1 to \(Self.mostDays)") { text in
            Int(text).flatMap { (1...Self.mostDays).contains($0) ? $0 : nil }
        }
        try query.check()
        let (template, active) = try await subject(context)
        let today = clock.now.daysSinceEpoch
        let range = today - Int64(count ?? Self.standardDays) + 1...today
        let days = TemplateAnalytics(try await statistics.days(of: template, range), over: range, now: active)
        let referrals = try await statistics.referrals(of: template, range, limit: Self.mostReferrals)
        return Response(
            .object(
                days.json.with("template_id", .string(template.description)).with(
                    "referrals",
                    .array(referrals.map { ["source": .string($0.source), "views": .int(Int64($0.views))] }))))
    }

    /// The template with its installations. What is off the list is its own tenant's to look at still; then only its days tell how
    /// many there are.
    private func subject(_ context: APIContext) async throws -> (TemplateID, active: Int) {
        let (shelf, text) = (TemplateShelf(templates: templates), context.parameter("id"))
        guard let listing = try await shelf.listing(text) else {
            return (try await shelf.own(text, in: context.tenant)[0].template, 0)
        }
        guard listing.publisher == context.tenant || context.caller.permissions.contains(.installationManage) else {
            throw APIError.forbidden(.installationManage)
        }
        return (listing.id, listing.active)
    }
}
