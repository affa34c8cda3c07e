import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity

/// Workflows and their versions.
struct WorkflowRoutes {
    let workflows: any WorkflowStore
    let vault: CredentialVault
    let planner: Planner
    let clock: any TimeSource
    let limits: APILimits
    let publicURL: String?
    let recalls: PinRecalls

    var routes: [Route] {
        [
            Route(.get, "/workflows", list), Route(.post, "/workflows", create),
            Route(.post, "/workflows/validate", validate), Route(.post, "/workflows/import", translate),
            Route(.get, "/workflows/:id", get), Route(.put, "/workflows/:id", update),
            Route(.delete, "/workflows/:id", delete),
            Route(.get, "/workflows/:id/versions", versions), Route(.get, "/workflows/:id/versions/:version", version),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["limit", "cursor"])
        let page = query.page()
        try query.check()
        return Response(try await workflows.workflows(in: context.tenant, page: page).json { .object($0.json) })
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try DocumentBody(try await request.json(limit: limits.body))
        let planning = try await plan(body, of: nil, in: context)
        let now = clock.now
        let record = WorkflowRecord(
            id: .new(at: now), tenant: context.tenant, name: planning.name, about: planning.about, status: .active,
            version: 1, createdAt: now, updatedAt: now)
        try await workflows.create(
            record, document: planning.document, webhooks: planning.records(of: record.id, in: context.tenant, at: now))
        context.audit.detail("name", .string(record.name))
        return answer(
            record, planning, to: request, status: .created, headers: [.location: "/api/v1/workflows/\(record.id)"])
    }

    @Sendable private func update(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.workflowID()
        let body = try DocumentBody(try await request.json(limit: limits.body))
        let present = try await workflows.unmoved(id, for: request, context)
        let planning = try await plan(body, of: id, in: context)
        let before = try await workflows.workflow(id, in: context.tenant)
        let now = clock.now
        let record: WorkflowRecord?
        do {
            record = try await workflows.update(
                id, in: context.tenant, name: planning.name, about: planning.about, document: planning.document,
                webhooks: planning.records(of: id, in: context.tenant, at: now),
                expecting: body.expectedVersion ?? present?.version, at: now)
        } catch StoreConflict.versionMoved where present != nil && body.expectedVersion == nil {
            guard let record = try await workflows.workflow(id, in: context.tenant) else {
                throw APIError.noWorkflow(id)
            }
            throw APIError.moved(record)
        }
        guard let record else { throw APIError.noWorkflow(id) }
        context.audit.detail("version", .int(Int64(record.version)))
        if let before = before?.name {
            context.audit.change("name", from: .string(before), to: .string(record.name))
        }
        return answer(record, planning, to: request)
    }

    @Sendable private func validate(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try DocumentBody(try await request.json(limit: limits.body))
        let planning = try await planning(of: body.document, in: context)
        let problems = body.located(planning.problems)
        return Response([
            "valid": .bool(problems.isEmpty), "problems": .problems(problems), "document": planning.document,
        ])
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.workflowID()
        let known = try EntityTags(.ifNoneMatch, of: request)
        guard let record = try await workflows.workflow(id, in: context.tenant) else { throw APIError.noWorkflow(id) }
        let tag = WorkflowETag(record).text
        if let known, known.contains(tag) { return Response(status: .notModified, headers: [.eTag: tag]) }
        guard let version = try await workflows.version(record.version, of: id, in: context.tenant) else {
            throw APIError.noWorkflow(id)
        }
        let webhooks = planner.plan(version.document, credentials: nil).webhooks
        return Response(
            record.json(
                webhooks: webhooks, at: WebhookLinks(publicURL: publicURL, request: request),
                document: version.document),
            headers: [.eTag: tag])
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.workflowID()
        let present = try await workflows.unmoved(id, for: request, context)
        do {
            let isGone = try await workflows.delete(
                id, in: context.tenant, expecting: present?.version, at: clock.now)
            guard isGone else { throw APIError.noWorkflow(id) }
        } catch StoreConflict.versionMoved {
            guard let record = try await workflows.workflow(id, in: context.tenant) else {
                throw APIError.noWorkflow(id)
            }
            throw APIError.moved(record)
        }
        return Response(status: .noContent)
    }

    @Sendable private func versions(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.workflowID()
        var query = try Query(request, known: ["limit", "cursor"])
        let page = query.page()
        try query.check()
        guard try await workflows.workflow(id, in: context.tenant) != nil else { throw APIError.noWorkflow(id) }
        return Response(
            try await workflows.versions(of: id, in: context.tenant, page: page).json { .object($0.json) })
    }

    @Sendable private func version(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.workflowID()
        let known = try EntityTags(.ifNoneMatch, of: request)
        guard let record = try await workflows.workflow(id, in: context.tenant) else { throw APIError.noWorkflow(id) }
        let text = context.parameter("version")
        guard let number = Int(text), number > 0,
            let version = try await workflows.version(number, of: id, in: context.tenant)
        else {
            throw APIError(
                .versionNotFound,
                "The workflow has no version \(text.quoted); the newest is \(record.version).",
                details: ["workflow_id": .string(id.description), "newest": .int(Int64(record.version))])
        }
        // It never changes, but a tag of its own keeps it apart from the workflow's.
        let tag = "\"version-\(number)\""
        if let known, known.contains(tag) { return Response(status: .notModified, headers: [.eTag: tag]) }
        var object = version.json
        object["document"] = version.document
        return Response(.object(object), headers: [.eTag: tag])
    }

    /// A document that can be stored, or all that is wrong with it.
    private func plan(
        _ body: DocumentBody, of id: WorkflowID?, in context: APIContext
    ) async throws -> Planning {
        let planning = try await planning(of: body.document, in: context)
        let recalled = try await recalls.problems(in: planning.document) {
            guard let id, let record = try await workflows.workflow(id, in: context.tenant) else { return nil }
            return try await workflows.version(record.version, of: id, in: context.tenant)?.document
        }
        let problems = planning.problems + recalled
        guard problems.isEmpty else { throw APIError.invalid(body.located(problems), what: "workflow") }
        try await context.checkUse(of: planning.document, from: vault)
        return planning
    }

    private func answer(
        _ record: WorkflowRecord, _ planning: Planning, to request: Request, status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.eTag] = WorkflowETag(record).text
        let links = WebhookLinks(publicURL: publicURL, request: request)
        return Response(record.json(webhooks: planning.webhooks, at: links), status: status, headers: headers)
    }
}

extension WorkflowStore {
    /// The workflow as it is, where the request says in `If-Match` what it should be; nil where it says nothing. Throws
    /// `PRECONDITION_FAILED` when it is something else.
    func unmoved(_ id: WorkflowID, for request: Request, _ context: APIContext) async throws -> WorkflowRecord? {
        guard let tags = try EntityTags(.ifMatch, of: request) else { return nil }
        guard let record = try await workflow(id, in: context.tenant) else { throw APIError.noWorkflow(id) }
        guard tags.contains(WorkflowETag(record).text) else { throw APIError.moved(record) }
        return tags.isAny ? nil : record
    }
}

extension Planning {
    var name: String { document["name"]?.string ?? "" }
    var about: String { document["description"]?.string ?? "" }

    func records(of workflow: WorkflowID, in tenant: TenantID, at now: Timestamp) -> [WebhookRecord] {
        webhooks.compactMap { webhook in
            webhook.endpoint.map {
                WebhookRecord(id: .new(at: now), tenant: tenant, workflow: workflow, endpoint: $0, node: webhook.node)
            }
        }
    }
}
