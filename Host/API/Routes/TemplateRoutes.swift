import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayMarketplace
import PatchbaySecurity

/// Templates that everybody can install, and those that a tenant makes: `/templates`.
struct TemplateRoutes {
    let templates: any TemplateStore
    let source: any IndexedTemplateSource
    let workflows: any WorkflowStore
    let vault: CredentialVault
    let inventory: any ConnectorInventory
    let check: TemplateCheck
    let throttle: MarketplaceThrottle
    let views: ViewTally
    let clock: any TimeSource
    let limits: APILimits
    let publicURL: String?

    var shelf: TemplateShelf { TemplateShelf(templates: templates, source: source) }

    var routes: [Route] {
        [
            Route(.get, "/templates", search), Route(.post, "/templates", put),
            Route(.post, "/templates/check", judge), Route(.post, "/templates/export", export),
            Route(.get, "/templates/own", own), Route(.get, "/templates/:id", get),
            Route(.get, "/templates/:id/preview", preview), Route(.get, "/templates/:id/versions", versions),
            Route(.get, "/templates/:id/versions/:version", version),
            Route(.post, "/templates/:id/publish", publish), Route(.post, "/templates/:id/unpublish", unpublish),
            Route(.post, "/templates/:id/deprecate", deprecate),
        ]
    }

    // MARK: Published

    @Sendable private func search(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(
            request,
            known: ["q", "category", "tag", "connector", "author", "publisher", "sort", "limit", "cursor"])
        let text = query.read("q", expecting: "at most 200 characters") { $0.unicodeScalars.count <= 200 ? $0 : nil }
        let words = TemplateCategory.allCases.map(\.rawValue).joined(separator: ", ")
        let category = query.read("category", expecting: "one of " + words) { TemplateCategory(rawValue: $0) }
        let order = query.read("sort", expecting: "relevance, installs, date or rating") {
            TemplateSearch.Order(rawValue: $0)
        }
        let publisher = query.read("publisher", expecting: "a publisher's id (pub_…)") { PublisherID($0) }
        let page = query.page()
        try query.check()
        let links = links(request)
        let search = TemplateSearch(
            text ?? "", category: category?.rawValue, tag: query["tag"], connector: query["connector"],
            author: query["author"], publisher: publisher, order: order ?? .relevance)
        return Response(try await templates.search(search, page: page).json { .object($0.json(links)) })
    }

    private func links(_ request: Request) -> TemplateLinks { TemplateLinks(publicURL: publicURL, request: request) }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        let text = context.parameter("id")
        let ref = try Self.ref(request, known: [])
        guard let listing = try await shelf.listing(text) else {
            let version = try await shelf.own(text, version: nil, in: context.tenant)
            return Response(.object(version.json.with("document", version.document)))
        }
        count(listing, ref, request, context)
        let document = try await shelf.document(of: listing, version: nil)
        let links = links(request)
        return Response(
            .object(listing.json(links).with("document", document.json)), headers: links.canonical(listing))
    }

    /// Where a link says that it stands.
    private static func ref(_ request: Request, known: [String]) throws(APIError) -> String? {
        var query = try Query(request, known: known + ["ref"])
        let ref = query.read("ref", expecting: "letters, digits, '.', '-' and '_', at most 64") { ViewSource.named($0) }
        try query.check()
        return ref
    }

    /// Its own tenant looks at a template as often as it likes.
    private func count(_ listing: TemplateListing, _ ref: String?, _ request: Request, _ context: APIContext) {
        guard listing.publisher != context.tenant else { return }
        views.count(listing.id, by: context.caller.participant, from: ViewSource.of(request, ref: ref))
    }

    @Sendable private func preview(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, known: ["version", "ref"])
        let ref = try Self.ref(request, known: ["version"])
        let listing = try await shelf.required(context.parameter("id"))
        let document = try await shelf.document(of: listing, version: query["version"])
        count(listing, ref, request, context)
        return Response(
            TemplatePreview(document: document, inventory: inventory).json,
            headers: links(request).canonical(listing))
    }

    /// Those that everybody sees, and before them those of the tenant that are not published.
    @Sendable private func versions(_ request: Request, _ context: APIContext) async throws -> Response {
        let text = context.parameter("id")
        guard let listing = try await shelf.listing(text) else {
            let own = try await shelf.own(text, in: context.tenant)
            return Response(["items": .array(own.map { .object($0.json) })])
        }
        if listing.publisher == context.tenant {
            let own = try await templates.versions(of: listing.id, in: context.tenant)
            return Response(["items": .array(own.map { .object($0.json) })])
        }
        let listed = try await templates.listedVersions(of: listing.id)
        return Response(["items": .array(listed.map { .object($0.json) })])
    }

    @Sendable private func version(_ request: Request, _ context: APIContext) async throws -> Response {
        let (text, version) = (context.parameter("id"), context.parameter("version"))
        guard let listing = try await shelf.listing(text), listing.publisher != context.tenant else {
            let own = try await shelf.own(text, version: version, in: context.tenant)
            return Response(.object(own.json.with("document", own.document)))
        }
        let listed = try await templates.listedVersions(of: listing.id)
        guard let found = listed.first(where: { $0.version.description == version }) else {
            throw APIError.noVersion(version, of: listing.id.description)
        }
        return Response(.object(found.json.with("document", try await shelf.content(of: found))))
    }

    // MARK: A tenant's own

    @Sendable private func own(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["limit", "cursor"])
        let page = query.page()
        try query.check()
        return Response(try await templates.templates(in: context.tenant, page: page).json { .object($0.json) })
    }

    /// A version of a template may have problems as long as nobody else sees it; the answer tells them.
    @Sendable private func put(_ request: Request, _ context: APIContext) async throws -> Response {
        let outcome = check.check(try await request.json(limit: min(limits.body, TemplateLimits.bytes + 1_024)))
        guard let document = outcome.document else {
            throw APIError.invalid(outcome.problems, what: "template")
        }
        let now = clock.now
        let known = try await templates.template(named: document.name, in: context.tenant)
        let version = TemplateVersion(
            template: known ?? .new(at: now), tenant: context.tenant, version: document.version,
            document: document.json, createdBy: context.actor.name, createdAt: now)
        guard try await templates.put(version) else { throw APIError.submitted(version.version) }
        context.audit.detail("name", .string(document.name))
        context.audit.detail("version", .string(document.version.description))
        return Response(
            .object(version.json.with("problems", .problems(outcome.problems))), status: .created,
            headers: [.location: "/api/v1/templates/\(version.template)"])
    }

    @Sendable private func judge(_ request: Request, _ context: APIContext) async throws -> Response {
        let outcome = check.check(try await request.json(limit: min(limits.body, TemplateLimits.bytes + 1_024)))
        return Response([
            "valid": .bool(outcome.isGood), "problems": .problems(outcome.problems),
            "pins": .array(outcome.pins.map { .string($0.description) }),
        ])
    }

    @Sendable private func export(_ request: Request, _ context: APIContext) async throws -> Response {
        var body = try MemberReader(
            body: try await request.json(limit: limits.body),
            known: ["workflow_id", "name", "author", "category", "parameters"])
        let workflow = body.text("workflow_id", required: true, limit: 100)
        let name = body.text("name", required: true, limit: 64)
        let author = body.text("author", limit: 100)
        let category = body.word("category", of: TemplateCategory.self)
        let chosen = body.strings("parameters")
        try body.check()
        guard let id = WorkflowID(workflow ?? "") else { throw APIError.noWorkflow(workflow ?? "") }
        guard let record = try await workflows.workflow(id, in: context.tenant),
            let version = try await workflows.version(record.version, of: id, in: context.tenant)
        else { throw APIError.noWorkflow(id) }
        let draft = TemplateDraft(
            of: version.document, credentials: try await vault.list(in: context.tenant), name: name ?? "",
            author: author ?? "", category: category ?? .devops, chosen: Set(chosen ?? []))
        return Response([
            "document": draft.document, "offers": .array(draft.offers.map(\.json)),
            "problems": .problems(check.check(draft.document).problems),
        ])
    }

    // MARK: Publishing

    @Sendable private func publish(_ request: Request, _ context: APIContext) async throws -> Response {
        var body = try MemberReader(
            body: try await request.json(limit: limits.body, whenEmpty: [:]), known: ["version", "hold"])
        let wanted = body.text("version", limit: 64)
        let isHeld = body.bool("hold") ?? false
        try body.check()
        let version = try await shelf.own(context.parameter("id"), version: wanted, in: context.tenant)
        try await throttle.admit(.submit, version.template, context)
        let outcome = check.check(version.document)
        guard let document = outcome.document, outcome.isGood else {
            throw APIError.invalid(outcome.problems, what: "template")
        }
        return try await apply(.submit(held: isHeld), to: version, document, "", context)
    }

    /// All versions that are published, approved or pending, or one.
    @Sendable private func unpublish(_ request: Request, _ context: APIContext) async throws -> Response {
        var body = try MemberReader(
            body: try await request.json(limit: limits.body, whenEmpty: [:]), known: ["version", "reasons"])
        let wanted = body.text("version", limit: 64)
        let reasons = body.text("reasons", limit: 2_000)
        try body.check()
        let version = try await shelf.own(context.parameter("id"), version: wanted, in: context.tenant)
        guard let document = TemplateDocument.read(version.document).document else {
            throw APIError.noTemplate(context.parameter("id"))
        }
        return try await apply(.withdraw, to: version, document, reasons ?? "", context)
    }

    private func apply(
        _ event: SubmissionEvent, to version: TemplateVersion, _ document: TemplateDocument, _ reasons: String,
        _ context: APIContext
    ) async throws -> Response {
        var changed = version
        changed.submission = try await templates.apply(
            event,
            to: SubmissionChange(
                version: version, listing: TemplateListing(document, of: version, at: clock.now),
                actor: context.actor.name, reasons: reasons, at: clock.now))
        context.audit.detail("version", .string(version.version.description))
        return Response(.object(changed.json))
    }

    @Sendable private func deprecate(_ request: Request, _ context: APIContext) async throws -> Response {
        var body = try MemberReader(body: try await request.json(limit: limits.body, whenEmpty: [:]), known: ["reason"])
        let reason = body.text("reason", limit: 1_000)
        try body.check()
        let listing = try await shelf.required(context.parameter("id"))
        guard
            let changed = try await templates.deprecate(
                listing.id, in: context.tenant, reason: reason, at: clock.now)
        else { throw APIError.noTemplate(context.parameter("id")) }
        return Response(.object(changed.json(links(request))))
    }
}

extension JSONObject {
    func with(_ name: String, _ value: JSON) -> JSONObject {
        var object = self
        object[name] = value
        return object
    }
}
