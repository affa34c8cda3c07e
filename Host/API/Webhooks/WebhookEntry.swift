import PatchbayCore
import PatchbayEngine

/// All that is known of an endpoint when a delivery comes to it.
struct WebhookEntry: Sendable {
    let webhook: WebhookRecord
    /// At its newest version.
    let workflow: WorkflowRecord
    /// Nil when this host does not understand the trigger, as one that a newer host stored: what it would have to verify must
    /// not pass unverified.
    let planned: PlannedWebhook?
    /// What a connector has subscribed, where the endpoint is that's.
    let subscription: SubscriptionRecord?
    /// The trigger's and the endpoint's own. Nil where one of them cannot be read here: then nothing passes either.
    let filters: [WebhookFilter]?
    let readAt: Timestamp
    /// What deliveries are verified with, the present one first.
    var secrets: [Secret] = []
    var secretsReadAt: Timestamp

    init(
        webhook: WebhookRecord, workflow: WorkflowRecord, planned: PlannedWebhook?,
        subscription: SubscriptionRecord? = nil, at now: Timestamp
    ) {
        self.webhook = webhook
        self.workflow = workflow
        self.planned = planned
        self.subscription = subscription
        readAt = now
        secretsReadAt = Timestamp(milliseconds: 0)
        let texts = [planned?.filter, webhook.filter].compactMap(\.self)
        let filters = texts.compactMap { try? WebhookFilter($0) }
        self.filters = filters.count == texts.count ? filters : nil
    }

    /// Names of the credentials that its secrets are in.
    var secretNames: [String] { webhook.secret.map { [$0] } ?? planned?.secrets ?? [] }
}
