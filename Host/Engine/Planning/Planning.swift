package import PatchbayCore
package import PatchbayJSON

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
    /// How deliveries prove where they come from.
    package enum Scheme: String, Sendable, CaseIterable {
        /// Anybody may deliver.
        case none
        /// `X-Hub-Signature-256` (https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries).
        case github
        /// Patchbay's own signature.
        case patchbay
    }

    /// Id of the trigger's node.
    package var node: String
    /// What stands behind `/webhook/`, without a leading slash.
    package var endpoint: String
    /// The HTTP method deliveries use.
    package var method: String
    package var scheme: Scheme
    /// Name of the credential (kind `secret`) that signs; nil for `none`.
    package var secret: String?
    /// Milliseconds that a delivery is kept waiting for the run's answer or end; nil: it is acknowledged at once.
    package var wait: Int64?

    package init(
        node: String, endpoint: String, method: String = "POST", scheme: Scheme = .none, secret: String? = nil,
        wait: Int64? = nil
    ) {
        self.node = node
        self.endpoint = endpoint
        self.method = method
        self.scheme = scheme
        self.secret = secret
        self.wait = wait
    }
}
