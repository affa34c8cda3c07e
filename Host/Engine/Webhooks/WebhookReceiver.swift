package import PatchbayCore
package import PatchbayJSON
import PatchbaySecurity

/// What a connector says of a delivery.
package enum ReceivedDelivery: Sendable, Equatable {
    package struct Event: Sendable, Equatable {
        /// The vendor's name for it.
        package let id: String?
        /// What the run is started with.
        package let data: JSON
    }

    /// It is not the vendor's.
    case refused(String)
    /// It is, and starts nothing.
    case ignored(String)
    case events([Event])
}

/// Has connectors verify and read deliveries to what they have subscribed.
package struct WebhookReceiver: Sendable {
    /// Milliseconds: the sender waits.
    private static let longestCall: Int64 = 10_000
    /// Events of one delivery.
    private static let mostEvents = 100

    private let catalogue: any ConnectorCatalogue
    private let invoker: any OperationInvoker
    private let clock: any TimeSource

    package init(catalogue: any ConnectorCatalogue, invoker: any OperationInvoker, clock: any TimeSource) {
        self.catalogue = catalogue
        self.invoker = invoker
        self.clock = clock
    }

    /// Throws `OperationFailure` when it cannot be told whose it is: then the sender shall come again.
    package func receive(
        _ content: DeliveryContent, of subscription: SubscriptionRecord, secret: Secret
    ) async throws -> ReceivedDelivery {
        guard let reference = OperationReference(pinned: subscription.uses),
            case .success(let declaration) = catalogue.operation(reference)
        else {
            throw OperationFailure(code: .config, message: "\(subscription.uses) is not installed on this host.")
        }
        let headers = content.headers.sorted { $0.key < $1.key }
            .reduce(into: JSONObject()) { $0[$1.key] = .string($1.value) }
        let now = clock.now
        let result = try await invoker.invoke(
            OperationCall(
                tenant: subscription.tenant, run: RunID(high: subscription.id.high, low: subscription.id.low),
                node: subscription.node, attempt: 1, reference: reference,
                input: [
                    "config": subscription.input, "secret": .string(secret.reveal()),
                    "delivery": [
                        "method": .string(content.method), "query": .string(content.query),
                        "headers": .object(headers), "body": .string(Base64.text(content.body)),
                    ],
                ], credential: nil, idempotencyKey: "delivery:\(subscription.id)",
                deadline: now + min(declaration.timeout, Self.longestCall), subscription: subscription.id))
        return try Self.reading(result.output, of: reference)
    }

    static func reading(_ output: JSON, of reference: OperationReference) throws -> ReceivedDelivery {
        let reason = String((output["reason"]?.string ?? "no reason was given").prefix(300))
        switch output["verdict"]?.string {
        case "refused": return .refused(reason)
        case "ignored": return .ignored(reason)
        case "events":
            let events = (output["events"]?.array ?? []).map { event in
                ReceivedDelivery.Event(id: event["id"]?.string, data: event["data"] ?? .null)
            }
            guard events.count <= mostEvents else {
                throw OperationFailure(
                    code: .upstream, message: "\(reference) told of more than \(mostEvents) events in one delivery.")
            }
            return events.isEmpty ? .ignored("it tells of no event") : .events(events)
        default:
            throw OperationFailure(code: .upstream, message: "\(reference) gave no verdict.")
        }
    }
}
