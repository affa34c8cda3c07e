import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity

/// Where deliveries of webhooks arrive. They carry no API key; what they prove is up to the trigger. A delivery is
/// stored as a run before it is acknowledged.
struct WebhookRoutes {
    let workflows: any WorkflowStore
    let secrets: any CredentialSource
    let starter: RunStarter
    let waiting: RunWaiting
    let directory: WebhookDirectory
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [HTTPRequest.Method.get, .post, .put, .patch, .delete].map { Route($0, "/webhook/**", receive) }
    }

    @Sendable private func receive(_ request: Request, _ context: APIContext) async throws -> Response {
        let endpoint = context.endpoint
        guard let (record, version) = try await workflows.webhook(at: endpoint),
            var workflow = try await workflows.workflow(record.workflow, in: record.tenant)
        else {
            throw APIError(
                .webhookNotFound, "There is no webhook at this endpoint.",
                details: ["endpoint": .string(endpoint.shortened(to: 200))])
        }
        guard let webhook = directory.webhook(record, in: version) else {
            throw APIError(.webhookUnusable, "This host does not understand the webhook's trigger.")
        }
        guard request.method.rawValue == webhook.method else {
            throw APIError(
                .methodNotAllowed, "This webhook takes \(webhook.method).",
                details: ["allowed": [.string(webhook.method)]], headers: [.allow: webhook.method])
        }
        let delivery = Delivery(request, endpoint: endpoint, body: try await request.bytes(limit: limits.delivery))
        try await verify(delivery, as: webhook, in: record.tenant)
        guard workflow.status == .active else {
            throw APIError(.workflowPaused, "The workflow is paused and takes no deliveries.")
        }
        // A version saved since may have another trigger.
        workflow.version = version.version
        let id = try delivery.id() ?? DeliveryID.new(at: clock.now).description
        let (run, isDuplicate) = try await starter.start(
            workflow, trigger: try delivery.trigger(id: id, node: webhook.node), kind: "webhook",
            deliveryKey: "webhook:\(webhook.node):\(id)")
        var receipt: JSONObject = [
            "run_id": .string(run.id.description), "delivery_id": .string(id), "duplicate": .bool(isDuplicate),
        ]
        guard let wait = webhook.wait else { return Response(.object(receipt), status: .accepted) }
        switch try await waiting.result(of: run, within: wait) {
        case .response(let response): return Response(ofRun: response)
        case .goesOn: return Response(.object(receipt), status: .accepted)
        case .ended(let now):
            receipt["status"] = .string(now.status.rawValue)
            return Response(.object(receipt))
        }
    }

    /// Judged before the body is looked into: whoever knows no secret learns nothing about what would be taken.
    private func verify(_ delivery: Delivery, as webhook: PlannedWebhook, in tenant: TenantID) async throws {
        let scheme: WebhookScheme
        switch webhook.scheme {
        case .none: return
        case .github: scheme = .github
        case .patchbay: scheme = .patchbay
        }
        let secret: Secret? =
            if let name = webhook.secret {
                try await secrets.grant(named: name, in: tenant)?.fields[CredentialKind.secret.fields[0]]
            } else {
                nil
            }
        let refusal = WebhookVerification.refusal(
            scheme: scheme, secret: secret, headers: delivery.headers, body: delivery.body, now: clock.now)
        if let refusal { throw APIError(refusal) }
    }
}
