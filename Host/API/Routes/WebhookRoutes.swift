import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity

/// Looking after webhooks: the endpoints that triggers declare, and those that are made for triggers.
struct WebhookRoutes {
    let webhooks: any WebhookStore
    let workflows: any WorkflowStore
    let subscriptions: any SubscriptionStore
    let secrets: WebhookSecrets
    let directory: WebhookDirectory
    let clock: any TimeSource
    let limits: APILimits
    let publicURL: String?

    var routes: [Route] {
        [
            Route(.get, "/webhooks", list), Route(.post, "/webhooks", create), Route(.get, "/webhooks/:id", show),
            Route(.put, "/webhooks/:id", update), Route(.delete, "/webhooks/:id", remove),
            Route(.post, "/webhooks/:id/enable", enable), Route(.post, "/webhooks/:id/disable", disable),
            Route(.post, "/webhooks/:id/rotate", rotate),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["workflow_id", "limit", "cursor"])
        let workflow = query.read("workflow_id", expecting: "a workflow's id (wf_…)") { WorkflowID($0) }
        let page = query.page()
        try query.check()
        try context.checkReach(workflow)
        let found = try await webhooks.webhooks(in: context.tenant, of: workflow, page: page)
        var items: [JSON] = []
        for webhook in found.items { items.append(.object(try await json(webhook, request))) }
        return Response(["items": .array(items), "next_cursor": found.next.map(JSON.string) ?? .null])
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["workflow_id", "node"] + WebhookBody.members)
        let text = members.text("workflow_id", required: true)
        let node = members.text("node")
        let wanted = WebhookBody.change(&members, limits)
        try members.check()
        guard let id = text.flatMap({ WorkflowID($0) }) else { throw APIError.noWorkflow(text ?? "") }
        try context.checkReach(id)
        guard let workflow = try await workflows.workflow(id, in: context.tenant),
            let version = try await workflows.version(workflow.version, of: id, in: context.tenant)
        else { throw APIError.noWorkflow(id) }
        let trigger = try trigger(node, of: version)
        let now = clock.now
        var webhook = wanted.applied(
            to: WebhookRecord(
                id: .new(at: now), tenant: context.tenant, workflow: id, endpoint: WebhookRecord.newEndpoint(),
                node: trigger.node, isMade: true))
        var shown: Secret?
        if trigger.scheme != .none, trigger.secrets.isEmpty {
            let secret = WebhookVerification.newSecret(for: trigger.scheme)
            webhook.secret = try await secrets.keep(secret, of: webhook)
            shown = secret
        }
        guard try await webhooks.add(webhook) else {
            try await secrets.forget(of: webhook)
            throw APIError.noWorkflow(id)
        }
        context.audit.name("webhook", webhook.id)
        context.audit.detail("workflow_id", .string(id.description))
        var object = try await json(webhook, request)
        if let shown { object["secret"] = .string(shown.reveal()) }
        return Response(.object(object), status: .created, headers: [.location: "/api/v1/webhooks/\(webhook.id)"])
    }

    /// The trigger that an endpoint is made for: the one that is named, or the only one.
    private func trigger(_ node: String?, of version: WorkflowVersion) throws(APIError) -> PlannedWebhook {
        // What connectors subscribe has an endpoint of its own.
        let triggers = directory.plans(of: version).filter { $0.value.trigger == nil }
        if let node, let named = triggers[node] { return named }
        if node == nil, triggers.count == 1, let only = triggers.first?.value { return only }
        let names = triggers.keys.sorted()
        let message =
            triggers.isEmpty
            ? "The workflow has no webhook trigger; add a node of type \"webhook\"."
            : node == nil
                ? "The workflow has several webhook triggers; say which with 'node'."
                : "The workflow has no webhook trigger of that name."
        throw APIError(
            .noWebhookTrigger, message,
            details: [
                "workflow_id": .string(version.workflow.description), "nodes": .array(names.map(JSON.string)),
            ])
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        return Response(.object(try await json(try await webhooks.webhook(context), request)))
    }

    /// What is left out stays; null takes a filter or limit away.
    @Sendable private func update(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.json(limit: limits.body)
        let wanted = try WebhookBody.change(body, limits)
        return try await change(wanted, request, context)
    }

    @Sendable private func enable(_ request: Request, _ context: APIContext) async throws -> Response {
        try await change(WebhookChange(isEnabled: true), request, context)
    }

    @Sendable private func disable(_ request: Request, _ context: APIContext) async throws -> Response {
        try await change(WebhookChange(isEnabled: false), request, context)
    }

    private func change(
        _ wanted: WebhookChange, _ request: Request, _ context: APIContext
    ) async throws -> Response {
        let before = try await webhooks.webhook(context)
        guard let after = try await webhooks.change(before.id, in: context.tenant, wanted) else {
            throw APIError.noWebhook(id: context.parameter("id"))
        }
        directory.forget(after.endpoint)
        context.audit.change("enabled", from: .bool(before.isEnabled), to: .bool(after.isEnabled))
        context.audit.change("name", from: .string(before.name), to: .string(after.name))
        context.audit.change("filter", from: before.filter.json, to: after.filter.json)
        context.audit.change("per_minute", from: before.perMinute.json, to: after.perMinute.json)
        context.audit.change("max_bytes", from: before.mostBytes.json, to: after.mostBytes.json)
        return Response(.object(try await json(after, request)))
    }

    @Sendable private func remove(_ request: Request, _ context: APIContext) async throws -> Response {
        let webhook = try await webhooks.webhook(context)
        guard webhook.isMade else {
            throw APIError(
                .webhookDeclared,
                "The trigger \(webhook.node.quoted) declares this webhook. Take its path away, or disable the webhook.",
                details: ["webhook_id": .string(webhook.id.description)])
        }
        guard try await webhooks.remove(webhook.id, in: context.tenant) else {
            throw APIError.noWebhook(id: context.parameter("id"))
        }
        directory.forget(webhook.endpoint)
        try await secrets.forget(of: webhook)
        return Response(status: .noContent)
    }

    /// Replaces the secret; the former one is good for a while yet. The new one is shown this once.
    @Sendable private func rotate(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.json(limit: limits.body, whenEmpty: [:])
        var members = try MemberReader(body: body, known: ["secret", "overlap"])
        let given = members.text("secret", limit: 10_000)
        let overlap = members.duration("overlap") ?? RotatedSecret.overlap
        if !(0...RotatedSecret.longestOverlap).contains(overlap) {
            members.report("bad-value", at: "overlap", "\"overlap\" of the body may be up to 30d")
        }
        try members.check()
        let webhook = try await webhooks.webhook(context)
        guard !webhook.isSubscribed else {
            throw APIError(
                .noWebhookTrigger,
                "The vendor was given the secret when the connector subscribed. Pause and resume the workflow to subscribe anew.",
                details: ["workflow_id": .string(webhook.workflow.description), "nodes": [.string(webhook.node)]])
        }
        guard let planned = try await plan(of: webhook), planned.scheme != .none else {
            throw APIError(
                .noWebhookTrigger, "The webhook's trigger verifies nothing, so there is no secret to replace.",
                details: [
                    "workflow_id": .string(webhook.workflow.description), "nodes": [.string(webhook.node)],
                ])
        }
        let secret = given.map { Secret($0) } ?? WebhookVerification.newSecret(for: planned.scheme)
        let now = clock.now
        let end = now + overlap
        let name = webhook.secret ?? planned.secrets.first
        if let name, let record = try await secrets.vault.record(named: name, in: context.tenant) {
            try context.check(record)
        }
        let kept = try await secrets.replace(name, of: webhook, by: secret, keepingUntil: end, at: now)
        if webhook.secret == nil, planned.secrets.isEmpty {
            _ = try await webhooks.change(
                webhook.id, in: context.tenant, WebhookChange(secret: .some(secrets.name(of: webhook))))
        }
        directory.forget(webhook.endpoint)
        context.audit.detail("credential", .string(name ?? secrets.name(of: webhook)))
        return Response([
            "webhook_id": .string(webhook.id.description), "secret": .string(secret.reveal()),
            "previous_valid_until": kept ? .string(end.description) : .null,
        ])
    }

    // MARK: Showing

    private func plan(of webhook: WebhookRecord) async throws -> PlannedWebhook? {
        guard let (_, version) = try await workflows.webhook(at: webhook.endpoint) else { return nil }
        return directory.plan(webhook.node, version)
    }

    private func json(_ webhook: WebhookRecord, _ request: Request) async throws -> JSONObject {
        let planned = try await plan(of: webhook)
        let subscription =
            webhook.isSubscribed ? try await subscriptions.subscription(webhook.id, in: webhook.tenant) : nil
        // What a connector verifies has none.
        let scheme = planned.flatMap { $0.trigger == nil ? $0.scheme.rawValue : nil }
        return [
            "id": .string(webhook.id.description), "workflow_id": .string(webhook.workflow.description),
            "node": .string(webhook.node), "name": .string(webhook.name), "endpoint": .string(webhook.endpoint),
            "url": .string(WebhookLinks(publicURL: publicURL, request: request).url(of: webhook.endpoint)),
            "made": .bool(webhook.isMade), "enabled": .bool(webhook.isEnabled),
            "methods": .array((planned?.methods ?? []).map(JSON.string)),
            "scheme": scheme.json,
            "credential": (webhook.secret ?? planned?.secrets.first).json,
            "filter": webhook.filter.json, "trigger_filter": (planned?.filter).json,
            "per_minute": webhook.perMinute.json, "max_bytes": webhook.mostBytes.json,
            "subscription": subscription.map { .object($0.json) } ?? .null,
        ]
    }
}

extension WebhookStore {
    /// The one that the path names.
    func webhook(_ context: APIContext) async throws -> WebhookRecord {
        let text = context.parameter("id")
        guard let id = WebhookID(text), let webhook = try await webhook(id, in: context.tenant) else {
            throw APIError.noWebhook(id: text)
        }
        try context.checkReach(webhook.workflow)
        return webhook
    }
}

extension APIError {
    static func noWebhook(id: String) -> APIError {
        APIError(
            .webhookNotFound, "There is no webhook with the id \(id.quoted).",
            details: ["webhook_id": .string(id.shortened(to: 80))])
    }
}

extension String? {
    /// Null for none.
    var json: JSON { map(JSON.string) ?? JSON.null }
}
