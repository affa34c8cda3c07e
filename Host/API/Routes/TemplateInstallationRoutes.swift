import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayMarketplace
import PatchbaySecurity

/// Workflows that come from templates: `/installations`.
struct TemplateInstallationRoutes {
    let installations: any InstallationStore
    let templates: any TemplateStore
    let source: any IndexedTemplateSource
    let workflows: any WorkflowStore
    let vault: CredentialVault
    let planner: Planner
    let inventory: any ConnectorInventory
    let throttle: MarketplaceThrottle
    let clock: any TimeSource
    let limits: APILimits
    let recalls: PinRecalls
    let offers: ConnectorOffers

    var shelf: TemplateShelf { TemplateShelf(templates: templates, source: source) }

    var routes: [Route] {
        [
            Route(.get, "/installations", list), Route(.post, "/installations", install),
            Route(.get, "/installations/:id", get), Route(.delete, "/installations/:id", uninstall),
            Route(.post, "/installations/:id/update", update), Route(.post, "/installations/:id/revert", revert),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["limit", "cursor"])
        let page = query.page()
        try query.check()
        return Response(
            try await installations.installations(in: context.tenant, page: page).json { .object($0.json) })
    }

    /// With the version that it could be updated to.
    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        let installation = try await installation(context)
        let listing = try await templates.listing(installation.template)
        let offer = listing.flatMap { $0.version > installation.base.version ? $0.version.description : nil }
        return Response(.object(installation.json.with("update", offer.map(JSON.string) ?? .null)))
    }

    // MARK: Installing

    @Sendable private func install(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try InstallationBody(try await request.json(limit: limits.body), isNew: true)
        let listing = try await shelf.required(body.template ?? "")
        let document = try await shelf.document(of: listing, version: body.version)
        let before = try await plan(document, body.choices, context)
        guard !body.isTrial else {
            return Response(before.json(inventory, try await offers.offers(for: before.missing, context)))
        }
        try await throttle.admit(.install, listing.id, context)
        if let reason = listing.deprecation { throw APIError.deprecated(listing, reason) }
        let (whole, brought) = try await completed(before, body, context)
        do {
            return try await create(whole, of: listing, brought, context)
        } catch {
            throw APIError.cut(error, after: brought)
        }
    }

    /// The plan once what it lacks is here, where the request asks for that. Whatever else is wrong is told first.
    private func completed(
        _ before: InstallationPlan, _ body: InstallationBody, _ context: APIContext
    ) async throws -> (InstallationPlan, [ConnectorPin]) {
        guard body.bringsConnectors, !before.missing.isEmpty, !before.isObstructed else { return (before, []) }
        let brought = try await offers.bring(before.missing, context)
        do {
            return (try await plan(before.document, before.choices, context), brought)
        } catch {
            throw APIError.cut(error, after: brought)
        }
    }

    private func create(
        _ plan: InstallationPlan, of listing: TemplateListing, _ brought: [ConnectorPin], _ context: APIContext
    ) async throws -> Response {
        let planning = plan.planning
        let problems = try await plan.problems + recalls.problems(in: planning.document)
        guard problems.isEmpty else { throw APIError.invalid(problems, what: "installation") }
        try await context.checkUse(of: planning.document, from: vault)
        let now = clock.now
        let record = WorkflowRecord(
            id: .new(at: now), tenant: context.tenant, name: planning.name, about: planning.about, status: .active,
            version: 1, createdAt: now, updatedAt: now)
        let installation = TemplateInstallation(
            id: .new(at: now), tenant: context.tenant, template: listing.id, workflow: record.id, base: plan.base,
            installedBy: context.actor.name, installedAt: now, updatedAt: now)
        try await installations.install(
            installation, workflow: record, document: planning.document,
            webhooks: planning.records(of: record.id, in: context.tenant, at: now))
        context.audit.detail("template", .string(listing.name))
        context.audit.detail("version", .string(plan.document.version.description))
        if !brought.isEmpty { context.audit.detail("connectors_installed", .pins(brought)) }
        return Response(
            .object(installation.json.with("update", .null).with("connectors_installed", .pins(brought))),
            status: .created,
            headers: [.location: "/api/v1/installations/\(installation.id)"])
    }

    private func plan(
        _ document: TemplateDocument, _ choices: TemplateChoices, _ context: APIContext
    ) async throws -> InstallationPlan {
        InstallationPlan(
            document, choices, planner: planner, inventory: inventory,
            credentials: try await vault.list(in: context.tenant))
    }

    // MARK: Updating

    @Sendable private func update(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try InstallationBody(try await request.json(limit: limits.body, whenEmpty: [:]), isNew: false)
        var installation = try await installation(context)
        let listing = try await shelf.required(installation.template.description)
        let document = try await shelf.document(of: listing, version: body.version)
        let present = try await workflow(of: installation, context)
        var choices = body.choices.over(installation.base, for: document)
        choices.workflowName = installation.base.document["name"]?.string
        let plan = try await plan(document, choices, context)
        let merge = ThreeWayMerge(
            base: installation.base.document, mine: present.document, theirs: plan.planning.document,
            preferring: body.preference ?? .mine)
        let planning = planner.plan(
            merge.merged, credentials: try await vault.list(in: context.tenant), workflows: nil)
        let problems =
            try await plan.problems + planning.problems
            + recalls.problems(in: planning.document) { present.document }
        let isOpen = !merge.conflicts.isEmpty && body.preference == nil
        guard !body.isTrial else { return Response(Self.answer(merge, document.version, problems, planning.document)) }
        guard problems.isEmpty else { throw APIError.invalid(problems, what: "update") }
        guard !isOpen else { throw APIError.conflicting(merge.conflicts) }
        // Asked for again, as by somebody who did not hear the answer: the way back stays what it is.
        guard plan.base != installation.base || planning.document != present.document else {
            return Response(
                Self.answer(merge, document.version, [], planning.document).adding("installation", installation.json))
        }
        try await context.checkUse(of: planning.document, from: vault)
        let now = clock.now
        installation.previous = TemplateInstallation.Previous(
            base: installation.base, workflowVersion: present.version)
        installation.base = plan.base
        installation.updatedAt = now
        try await store(installation, planning, expecting: present.version, at: now, context)
        return Response(
            Self.answer(merge, document.version, [], planning.document).adding("installation", installation.json))
    }

    /// The workflow as it was before the last update.
    @Sendable private func revert(_ request: Request, _ context: APIContext) async throws -> Response {
        var installation = try await installation(context)
        guard let previous = installation.previous else { throw APIError.nothingToRevert(installation) }
        let present = try await workflow(of: installation, context)
        let former = try await workflows.version(
            previous.workflowVersion, of: installation.workflow, in: context.tenant)
        guard let former else { throw APIError.noWorkflow(installation.workflow) }
        let planning = planner.plan(
            former.document, credentials: try await vault.list(in: context.tenant), workflows: nil)
        let problems =
            try await planning.problems + recalls.problems(in: planning.document) { present.document }
        guard problems.isEmpty else { throw APIError.invalid(problems, what: "former workflow") }
        try await context.checkUse(of: planning.document, from: vault)
        let now = clock.now
        installation.base = previous.base
        installation.previous = nil
        installation.updatedAt = now
        try await store(installation, planning, expecting: present.version, at: now, context)
        return Response(.object(installation.json.with("update", .null)))
    }

    private func store(
        _ installation: TemplateInstallation, _ planning: Planning, expecting: Int, at now: Timestamp,
        _ context: APIContext
    ) async throws {
        let record = try await installations.update(
            installation, name: planning.name, about: planning.about, document: planning.document,
            webhooks: planning.records(of: installation.workflow, in: context.tenant, at: now), expecting: expecting,
            at: now)
        guard record != nil else { throw APIError.noInstallation(installation.id.description) }
        context.audit.detail("version", .string(installation.base.version.description))
    }

    private static func answer(
        _ merge: ThreeWayMerge, _ version: Version, _ problems: [Problem], _ workflow: JSON
    ) -> JSON {
        [
            "version": .string(version.description), "changes": .array(merge.changes.map(\.json)),
            "conflicts": .array(merge.conflicts.map(\.json)), "problems": .problems(problems), "workflow": workflow,
        ]
    }

    @Sendable private func uninstall(_ request: Request, _ context: APIContext) async throws -> Response {
        let installation = try await installation(context)
        guard try await installations.uninstall(installation.id, in: context.tenant, at: clock.now) else {
            throw APIError.noInstallation(installation.id.description)
        }
        return Response(status: .noContent)
    }

    // MARK: What it is about

    private func installation(_ context: APIContext) async throws -> TemplateInstallation {
        let text = context.parameter("id")
        guard let id = InstallationID(text),
            let installation = try await installations.installation(id, in: context.tenant)
        else { throw APIError.noInstallation(text) }
        return installation
    }

    private func workflow(of installation: TemplateInstallation, _ context: APIContext) async throws -> WorkflowVersion
    {
        guard let record = try await workflows.workflow(installation.workflow, in: context.tenant),
            let version = try await workflows.version(record.version, of: record.id, in: context.tenant)
        else { throw APIError.noWorkflow(installation.workflow) }
        return version
    }
}

extension JSON {
    fileprivate func adding(_ name: String, _ value: JSONObject) -> JSON {
        .object((object ?? [:]).with(name, .object(value)))
    }
}
