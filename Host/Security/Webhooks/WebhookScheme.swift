/// How a sender proves that a webhook delivery is its own. Each has a file in `Schemes` that says what is signed, and
/// where its vendor says so.
package enum WebhookScheme: String, Sendable, CaseIterable {
    /// Nothing: whoever knows the URL may deliver.
    case none
    case github
    /// Patchbay's own signature.
    case patchbay
    case gitlab
    case slack
    case stripe
    case twilio
    case shopify
    case standardWebhooks = "standard-webhooks"
    case basic
    case bearer
    case jwt
}

extension WebhookScheme {
    var signature: (any WebhookSignature.Type)? {
        switch self {
        case .none: nil
        case .github: GitHubSignature.self
        case .patchbay: PatchbaySignature.self
        case .gitlab: GitLabSignature.self
        case .slack: SlackSignature.self
        case .stripe: StripeSignature.self
        case .twilio: TwilioSignature.self
        case .shopify: ShopifySignature.self
        case .standardWebhooks: StandardWebhooksSignature.self
        case .basic: BasicSignature.self
        case .bearer: BearerSignature.self
        case .jwt: TokenSignature.self
        }
    }

    /// Headers, in lower case, that name a delivery so that its repetition is recognised: the vendor's own first.
    package var deliveryHeaders: [String] {
        switch self {
        case .gitlab: ["webhook-id", "idempotency-key"]
        case .twilio: ["i-twilio-idempotency-token"]
        case .shopify: ["x-shopify-webhook-id"]
        case .github: ["x-github-delivery"]
        case .patchbay: ["x-patchbay-delivery-id"]
        case .standardWebhooks: ["webhook-id"]
        case .none, .slack, .stripe, .basic, .bearer, .jwt:
            ["x-github-delivery", "x-patchbay-delivery-id", "webhook-id"]
        }
    }

    /// The member of a JSON body that names a delivery, for vendors whose headers do not
    /// (https://docs.slack.dev/apis/events-api, https://docs.stripe.com/webhooks#handle-duplicate-events).
    package var deliveryMember: String? {
        switch self {
        case .slack: "event_id"
        case .stripe: "id"
        default: nil
        }
    }

    /// Whether what proves a delivery to be the sender's is a secret that both know; else a public key may be given too.
    package var needsSecret: Bool { self != .none }
}
