package import PatchbayJSON

/// What a connector has a vendor send to an endpoint that is this subscription's alone.
package struct SubscriptionRecord: Sendable, Equatable {
    /// What is to become of it.
    package enum Goal: String, Sendable, CaseIterable {
        case subscribed
        /// Its workflow is paused: nothing is to be sent until it goes on.
        case paused
        /// The newest version of its workflow has no such trigger any more, or there is no workflow.
        case ended
    }

    /// The id of its endpoint.
    package var id: WebhookID
    package var tenant: TenantID
    package var workflow: WorkflowID
    /// The trigger's id.
    package var node: String
    package var endpoint: String
    /// `connector@version/trigger`.
    package var uses: String
    package var credential: String?
    /// What the trigger works on.
    package var input: JSON
    /// Name of the credential with its secret.
    package var secret: String
    package var goal: Goal
    package var progress: SubscriptionProgress
    /// When somebody looks after it, or takes it from a host that does not come back; nil: it is as it is to be.
    package var nextAt: Timestamp?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: WebhookID, tenant: TenantID, workflow: WorkflowID, node: String, endpoint: String, uses: String,
        credential: String?, input: JSON, secret: String, goal: Goal,
        progress: SubscriptionProgress = SubscriptionProgress(), nextAt: Timestamp?, createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.tenant = tenant
        self.workflow = workflow
        self.node = node
        self.endpoint = endpoint
        self.uses = uses
        self.credential = credential
        self.input = input
        self.secret = secret
        self.goal = goal
        self.progress = progress
        self.nextAt = nextAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// The credential that a webhook's own secret is in.
    package static func secretName(of id: WebhookID) -> String {
        "webhook-" + id.description.dropFirst(WebhookTag.prefix.count + 1)
    }
}

/// How far a subscription has come.
package struct SubscriptionProgress: Sendable, Equatable {
    /// What the vendor knows, as far as we do.
    package enum Stage: String, Sendable, CaseIterable {
        case absent
        /// Somebody has begun to make it: it may be there or not.
        case subscribing
        case subscribed
        /// Somebody has begun to end it: it may be there or not.
        case unsubscribing
    }

    package var stage: Stage
    /// Where the vendor was told to send; nil before that.
    package var url: String?
    /// What the connector says of it: {id, data}; nil while nobody knows.
    package var subscription: JSON?
    /// Attempts in a row that failed.
    package var failures: Int
    /// Of the last attempt, where it failed: {code, message}.
    package var error: JSON?
    package var subscribedAt: Timestamp?

    package init(
        stage: Stage = .absent, url: String? = nil, subscription: JSON? = nil, failures: Int = 0, error: JSON? = nil,
        subscribedAt: Timestamp? = nil
    ) {
        self.stage = stage
        self.url = url
        self.subscription = subscription
        self.failures = failures
        self.error = error
        self.subscribedAt = subscribedAt
    }
}

/// A subscription that this process alone is to look after.
package struct SubscriptionClaim: Sendable {
    package var record: SubscriptionRecord
    /// By which it is known; another host that took it over has another one.
    package var claim: RequestID
    /// Whether another one is being made in its place, which has not failed yet.
    package var isAwaited: Bool
    /// Whether nothing of its tenant is started.
    package var isSuspended: Bool

    package init(record: SubscriptionRecord, claim: RequestID, isAwaited: Bool = false, isSuspended: Bool = false) {
        self.record = record
        self.claim = claim
        self.isAwaited = isAwaited
        self.isSuspended = isSuspended
    }
}
