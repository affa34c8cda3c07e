package import PatchbayCore
package import PatchbayJSON
package import PatchbaySecurity

/// What planning a document gave.
package struct Planning: Sendable {
    /// Nil when there are problems.
    package var plan: Plan?
    /// The document in its canonical form with every connector version pinned; as given where it could not be read.
    package var document: JSON
    /// The document's webhook triggers.
    package var webhooks: [PlannedWebhook]
    package var problems: [Problem]

    package init(plan: Plan?, document: JSON, webhooks: [PlannedWebhook] = [], problems: [Problem] = []) {
        self.plan = plan
        self.document = document
        self.webhooks = webhooks
        self.problems = problems
    }
}

/// A webhook trigger, as those who register and verify deliveries need it.
package struct PlannedWebhook: Sendable, Hashable {
    /// Id of the trigger's node.
    package var node: String
    /// What stands behind `/webhook/`, without a leading slash; nil: it has only the endpoints that are made for it.
    package var endpoint: String?
    /// The HTTP methods deliveries use; at least one.
    package var methods: [String]
    /// How deliveries prove where they come from.
    package var scheme: WebhookScheme
    /// Names of the credentials (kind `secret`) that sign: the present one, then the former. Empty for `none`, and where
    /// the webhook has a secret of its own.
    package var secrets: [String]
    /// Milliseconds that a delivery is kept waiting for the run's answer or end; nil: it is acknowledged at once.
    package var wait: Int64?
    /// Which deliveries start a run (`WebhookFilter`); nil: all.
    package var filter: String?
    /// The connector's trigger that subscribes, verifies and reads deliveries; nil where the scheme does.
    package var trigger: OperationReference?

    /// Whether deliveries prove where they come from by a secret.
    package var verifies: Bool { scheme != .none || trigger != nil }

    package init(
        node: String, endpoint: String?, methods: [String] = ["POST"], scheme: WebhookScheme = .none,
        secrets: [String] = [], wait: Int64? = nil, filter: String? = nil, trigger: OperationReference? = nil
    ) {
        self.node = node
        self.endpoint = endpoint
        self.methods = methods
        self.scheme = scheme
        self.secrets = secrets
        self.wait = wait
        self.filter = filter
        self.trigger = trigger
    }
}
