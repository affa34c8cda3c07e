import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON

/// Who publishes templates: one's own profile at `/publisher`, and those of all at `/publishers/{id}`.
struct PublisherRoutes {
    let publishers: any PublisherStore
    let templates: any TemplateStore
    let clock: any TimeSource
    let limits: APILimits
    let publicURL: String?

    /// Templates that a profile shows; all others are found by the search.
    private static let shown = 20

    var routes: [Route] {
        [
            Route(.get, "/publisher", own), Route(.put, "/publisher", put), Route(.get, "/publishers/:id", get),
        ]
    }

    @Sendable private func own(_ request: Request, _ context: APIContext) async throws -> Response {
        guard let profile = try await publishers.profile(of: context.tenant) else { throw APIError.noPublisher(nil) }
        return try await answer(profile, request)
    }

    @Sendable private func put(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try PublisherBody(try await request.json(limit: limits.body))
        let now = clock.now
        let before = try await publishers.profile(of: context.tenant)
        let profile = try await publishers.put(
            PublisherProfile(
                id: .new(at: now), tenant: context.tenant, name: body.name, bio: body.bio, avatar: body.avatar,
                links: body.links, createdAt: now, updatedAt: now))
        context.audit.name("publisher", profile.id)
        context.audit.change("name", from: before.map { .string($0.name) } ?? .null, to: .string(profile.name))
        return try await answer(profile, request)
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        let text = context.parameter("id")
        guard let id = PublisherID(text), let profile = try await publishers.profile(id) else {
            throw APIError.noPublisher(text)
        }
        return try await answer(profile, request)
    }

    /// With the templates that are installed most.
    private func answer(_ profile: PublisherProfile, _ request: Request) async throws -> Response {
        let links = TemplateLinks(publicURL: publicURL, request: request)
        let page = try await templates.search(
            TemplateSearch(publisher: profile.id, order: .installs), page: PageRequest(limit: Self.shown))
        return Response(
            .object(profile.json.with("templates", .array(page.items.map { .object($0.json(links)) }))))
    }
}
