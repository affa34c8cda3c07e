import HTTPTypes
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity

/// Deliveries to what connectors have subscribed. The connector says whether they are the vendor's and what they mean; each event
/// is stored as a delivery of its own, with what the connector made of it as its body. So what is started later, or repeated,
/// needs no connector.
extension DeliveryDesk {
    func takeEvents(of delivery: Delivery, to entry: WebhookEntry) async throws -> Outcome {
        let senderID = try delivery.id(by: .none)
        switch try await receive(delivery, senderID, entry) {
        case .refused(let reason):
            let error = APIError(.signatureInvalid, "The delivery is refused: \(reason).")
            await refuse(error, senderID, delivery, entry, about: reason, at: clock.now)
            throw error
        case .ignored(let reason):
            let now = clock.now
            var record = entry.record(of: delivery.content, id: .new(at: now), at: now)
            (record.senderID, record.verdict, record.reason, record.status) = (senderID, .filtered, reason, 200)
            _ = try await stored(entry.new(record, delivery))
            return .filtered(record.id)
        case .events(let events):
            var outcomes: [Outcome] = []
            for (index, event) in events.enumerated() {
                let name = event.id.flatMap { Delivery.isName($0) ? $0 : nil } ?? senderID.map { "\($0)/\(index)" }
                let read = delivery.reading(event.data, name: events.count == 1 ? event.id ?? senderID : name)
                outcomes.append(try await takeVerified(read, to: entry))
            }
            return outcomes.count == 1 ? outcomes[0] : .events(outcomes)
        }
    }

    /// Throws 503 where the connector cannot be asked: the sender comes again, and nothing is lost.
    private func receive(
        _ delivery: Delivery, _ senderID: String?, _ entry: WebhookEntry
    ) async throws -> ReceivedDelivery {
        do {
            guard let receiver, let subscription = entry.subscription else {
                throw OperationFailure(
                    code: .config, message: "nobody has subscribed it, or this host calls no connectors")
            }
            guard let secret = entry.secrets.first else {
                throw OperationFailure(code: .config, message: "the secret is not there")
            }
            return try await receiver.receive(delivery.content, of: subscription, secret: secret)
        } catch let failure as OperationFailure {
            let error = APIError(
                .webhookUnusable, "The connector that verifies deliveries cannot be asked. Try again in a while.",
                headers: [.retryAfter: "30"])
            let hidden = entry.secrets.first.map { failure.message.replacing($0.reveal(), with: "‹secret›") }
            await refuse(
                error, senderID, delivery, entry, about: (hidden ?? failure.message).shortened(to: 300), at: clock.now)
            throw error
        }
    }
}

extension Delivery {
    /// With what a connector read in place of what came, under the vendor's name for it.
    fileprivate func reading(_ data: JSON, name: String?) -> Delivery {
        var content = content
        content.body = data.bytes()
        content.headers["content-type"] = "application/json"
        content.headers["content-length"] = nil
        content.headers["content-encoding"] = nil
        var delivery = Delivery(content, to: endpoint, url: url)
        delivery.name = name.flatMap { Self.isName($0) ? $0 : nil }
        return delivery
    }
}

extension SubscriptionRecord {
    /// What people see of it.
    var json: JSONObject {
        [
            "uses": .string(uses), "credential": credential.json, "state": .string(progress.stage.rawValue),
            "goal": .string(goal.rawValue), "url": progress.url.json,
            "vendor_id": (progress.subscription?["id"]?.string).json, "failures": .int(Int64(progress.failures)),
            "error": progress.error ?? .null, "next_attempt_at": (nextAt?.description).json,
            "subscribed_at": (progress.subscribedAt?.description).json,
        ]
    }
}
