import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity

/// Rules by which people are told that runs fail, take long or wait: `/alerts`.
struct AlertRoutes {
    let alerts: any AlertStore
    let vault: CredentialVault
    let workflows: any WorkflowStore
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.get, "/alerts", list), Route(.post, "/alerts", create), Route(.get, "/alerts/:id", get),
            Route(.put, "/alerts/:id", change), Route(.delete, "/alerts/:id", delete),
            Route(.get, "/alerts/:id/events", events), Route(.post, "/alerts/:id/test", test),
            Route(.post, "/alerts/:id/enable") { try await setEnabled(true, $0, $1) },
            Route(.post, "/alerts/:id/disable") { try await setEnabled(false, $0, $1) },
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["workflow_id", "limit", "cursor"])
        let workflow = query.read("workflow_id", expecting: "a workflow's id") { WorkflowID($0) }
        let page = query.page()
        try query.check()
        try context.checkReach(workflow)
        return Response(try await alerts.alerts(in: context.tenant, of: workflow, page: page).json(\.json))
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.json(limit: limits.body)
        var reader = try MemberReader(body: body, known: AlertDraft.members + ["enabled"])
        let isEnabled = reader.bool("enabled") ?? true
        let draft = try await checked(&reader, context)
        let now = clock.now
        let rule = AlertRule(
            id: .new(at: now), tenant: context.tenant, draft: draft, isEnabled: isEnabled, since: now, createdAt: now,
            updatedAt: now)
        guard try await alerts.create(rule) else { throw APIError.tooManyAlerts }
        context.audit.detail("name", .string(draft.name))
        return Response(
            rule.json, status: .created, headers: [.location: "/api/v1/alerts/\(rule.id)", .eTag: rule.etag])
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        let known = try EntityTags(.ifNoneMatch, of: request)
        let rule = try await alert(context)
        if let known, known.contains(rule.etag) { return Response(status: .notModified, headers: [.eTag: rule.etag]) }
        return Response(rule.json, headers: [.eTag: rule.etag])
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        let present = try await alert(context)
        let expected = try unmoved(present, request)
        var reader = try MemberReader(
            body: try await request.json(limit: limits.body), known: AlertDraft.members)
        let draft = try await checked(&reader, context)
        // What another question, or one about others, was answered with says nothing of this one.
        let isAnew = draft.scope != present.draft.scope || draft.condition.kind != present.draft.condition.kind
        do {
            let changed = try await alerts.change(
                present.id, in: context.tenant, to: draft, expecting: expected, isAnew: isAnew, at: clock.now)
            guard let changed else { throw APIError.noAlert(present.id.description) }
            context.audit.change("name", from: .string(present.draft.name), to: .string(draft.name))
            context.audit.change("condition", from: present.draft.condition.json, to: draft.condition.json)
            return Response(changed.json, headers: [.eTag: changed.etag])
        } catch StoreConflict.versionMoved {
            throw APIError.moved(try await alert(context))
        }
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        let present = try await alert(context)
        let expected = try unmoved(present, request)
        do {
            guard try await alerts.delete(present.id, in: context.tenant, expecting: expected) else {
                throw APIError.noAlert(present.id.description)
            }
        } catch StoreConflict.versionMoved {
            throw APIError.moved(try await alert(context))
        }
        context.audit.detail("name", .string(present.draft.name))
        return Response(status: .noContent)
    }

    private func setEnabled(_ isEnabled: Bool, _ request: Request, _ context: APIContext) async throws -> Response {
        let present = try await alert(context)
        let changed = try await alerts.setEnabled(isEnabled, present.id, in: context.tenant, at: clock.now)
        guard let changed else { throw APIError.noAlert(present.id.description) }
        return Response(changed.json, headers: [.eTag: changed.etag])
    }

    /// Sends a sample to all that the alert would tell.
    @Sendable private func test(_ request: Request, _ context: APIContext) async throws -> Response {
        let present = try await alert(context)
        let now = clock.now
        let (event, notices) = AlertMessage.sample(of: present, at: now).made(.new(at: now))
        try await alerts.put(event, notices, in: context.tenant)
        let deliveries = event.messages.map { AlertHistory.Delivery(message: $0, status: .pending) }
        return Response(
            AlertHistory(event: event, deliveries: deliveries).json, status: .accepted,
            headers: [.location: "/api/v1/alerts/\(present.id)/events"])
    }

    @Sendable private func events(_ request: Request, _ context: APIContext) async throws -> Response {
        let present = try await alert(context)
        var query = try Query(request, known: ["limit", "cursor"])
        let page = query.page()
        try query.check()
        return Response(try await alerts.history(of: present.id, in: context.tenant, page: page).json(\.json))
    }

    // MARK: What it is about

    private func alert(_ context: APIContext) async throws -> AlertRule {
        let text = context.parameter("id")
        guard let id = AlertID(text), let rule = try await alerts.alert(id, in: context.tenant) else {
            // A limited key does not learn what there is beside its own.
            try context.checkReach(nil)
            throw APIError.noAlert(text)
        }
        try context.checkReach(rule.draft.scope.workflow)
        return rule
    }

    /// The version that `If-Match` names, when it is the present one; nil where it names none.
    private func unmoved(_ rule: AlertRule, _ request: Request) throws -> Int? {
        guard let tags = try EntityTags(.ifMatch, of: request) else { return nil }
        guard tags.contains(rule.etag) else { throw APIError.moved(rule) }
        return tags.isAny ? nil : rule.version
    }

    /// What the request wants, once it is known that it can be done and that its sender may want it.
    private func checked(_ reader: inout MemberReader, _ context: APIContext) async throws -> AlertDraft {
        let draft = AlertDraft(reading: &reader)
        try reader.check()
        guard let draft else { throw APIError.invalid(reader.problems, what: "body") }
        try context.checkReach(draft.scope.workflow)
        if let id = draft.scope.workflow, try await workflows.workflow(id, in: context.tenant) == nil {
            throw APIError.noWorkflow(id)
        }
        let named = draft.targets.contains { $0.credential != nil }
        if named, let missing = context.caller.lacks([.credentialUse]) { throw APIError.forbidden(missing) }
        for (index, target) in draft.targets.enumerated() {
            guard let name = target.credential else { continue }
            let place = "/notify/\(index)/credential"
            guard let record = try await vault.record(named: name, in: context.tenant) else {
                throw APIError.invalid(
                    [
                        Problem(
                            code: "unknown-credential", pointer: place, message: "there is no credential \(name.quoted)"
                        )
                    ], what: "body")
            }
            try context.check(record)
            if let hint = target.misfit(of: record) {
                throw APIError.invalid(
                    [
                        Problem(
                            code: "wrong-credential", pointer: place,
                            message: "the credential \(name.quoted) is not one for this", hint: hint)
                    ], what: "body")
            }
        }
        return draft
    }
}
