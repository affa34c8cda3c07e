import ConnectorSDK
import PatchbayJSON

/// A delivery of a webhook, as far as it proves to be GitHub's
/// (https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries).
enum HookDelivery: Equatable {
    /// What is wanted: the payload, with GitHub's name for the delivery.
    case payload(JSON, id: String?)
    case refused(String)
    case ignored(String)

    /// - Parameters:
    ///   - event: What `X-GitHub-Event` has to say.
    ///   - action: What the payload's `action` has to be; nil for events that have none.
    init(_ delivery: WebhookDelivery, secret: String, event: String, action: String?) {
        guard let signature = delivery.header("X-Hub-Signature-256") else {
            self = .refused("X-Hub-Signature-256 is missing")
            return
        }
        guard signature.hasPrefix("sha256="),
            WebhookSignature.isHMACSHA256(signature.dropFirst(7), of: delivery.body, secret: secret)
        else {
            self = .refused("the signature does not belong to this body and secret")
            return
        }
        let name = delivery.header("X-GitHub-Event") ?? ""
        guard name == event else {
            self = .ignored(name == "ping" ? "ping" : "another event than \(event)")
            return
        }
        guard let payload = delivery.json, payload.object != nil else {
            self = .refused("the body is no JSON object")
            return
        }
        if let action, payload["action"]?.string != action {
            self = .ignored("another action than \(action)")
            return
        }
        self = .payload(payload, id: delivery.header("X-GitHub-Delivery"))
    }

    /// The verdict where each delivery tells of one event; what cannot be read as one is refused.
    func verdict<Event: FieldValue>(_ read: (JSON) throws -> Event) throws -> WebhookVerdict<Event> {
        switch self {
        case .refused(let reason): return .refused(reason)
        case .ignored(let reason): return .ignored(reason)
        case .payload(let payload, let id):
            do {
                return .events([WebhookEvent(try read(payload), id: id)])
            } catch let error as ConnectorError {
                return .refused(error.message)
            }
        }
    }
}
