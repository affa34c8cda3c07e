package import PatchbayJSON

/// What a credential is opened for.
package enum CredentialPurpose: Sendable, Equatable {
    /// An attempt of a run's step.
    case call(OperationReference, run: RunID, node: String, attempt: Int)
    /// A polling trigger.
    case poll(OperationReference, PollID, node: String)
    /// What a connector has a vendor send to an endpoint.
    case subscription(OperationReference, WebhookID, node: String)
    /// The signatures of deliveries to a workflow's webhook.
    case delivery(WorkflowID, node: String)
    /// Somebody wants to know whether it works.
    case test(OperationReference, by: AuditActor)
    /// Something that is done with it for its own sake, in a few words: `refresh`, `authorize`.
    case upkeep(String)

    package init(_ call: OperationCall) {
        if let poll = call.poll {
            self = .poll(call.reference, poll, node: call.node)
            return
        }
        if let subscription = call.subscription {
            self = .subscription(call.reference, subscription, node: call.node)
            return
        }
        self = .call(call.reference, run: call.run, node: call.node, attempt: call.attempt)
    }

    package var actor: AuditActor {
        if case .test(_, let actor) = self { actor } else { .engine }
    }

    /// For the log.
    package var details: JSONObject {
        switch self {
        case .call(let reference, let run, let node, let attempt):
            [
                "purpose": "call", "operation": .string(reference.description), "run_id": .string(run.description),
                "node": .string(node), "attempt": .int(Int64(attempt)),
            ]
        case .poll(let reference, let poll, let node):
            [
                "purpose": "poll", "operation": .string(reference.description), "poll_id": .string(poll.description),
                "node": .string(node),
            ]
        case .subscription(let reference, let webhook, let node):
            [
                "purpose": "subscription", "operation": .string(reference.description),
                "webhook_id": .string(webhook.description), "node": .string(node),
            ]
        case .delivery(let workflow, let node):
            ["purpose": "delivery", "workflow_id": .string(workflow.description), "node": .string(node)]
        case .test(let reference, _): ["purpose": "test", "operation": .string(reference.description)]
        case .upkeep(let what): ["purpose": .string(what)]
        }
    }
}
