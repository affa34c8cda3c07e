/// Deliveries, stored before they are acknowledged.
package protocol DeliveryStore: Sendable {
    /// Durable when it returns. Only accepted ones are compared with what is there: with the webhook and the workflow's
    /// newest version, and by the sender's name with those before; the others are history, and stored as they are.
    /// Throws `DeliveriesFull`, and `TenantRefusal` where the tenant may start no runs.
    func store(_ delivery: NewDelivery) async throws -> DeliveryStanding
    /// Whether so many wait to be stored that whoever does other work should leave the machine to that.
    var isPressed: Bool { get }
    /// The same without a task for whoever waits: false when that is not possible just now, and nothing was done. Else
    /// `then` is called once, on any thread: with true when the delivery is on disk, with false when nothing was stored,
    /// for whatever reason.
    func offer(_ delivery: NewDelivery, then: @escaping @Sendable (Bool) -> Void) -> Bool
    /// Their runs are stored, so that nobody needs to start them any more: what was in the inbox becomes history.
    func settle(_ deliveries: [StoredDelivery]) async throws
    /// Takes on about `limit` deliveries whose run is still to be started, and which nobody took on since `before`; fairly
    /// among tenants.
    func claim(limit: Int, at: Timestamp, before: Timestamp) async throws -> [StoredDelivery]
    /// The newest first.
    func deliveries(
        to webhook: WebhookID, in tenant: TenantID, verdict: DeliveryVerdict?, page: PageRequest
    ) async throws -> Page<DeliveryRecord>
    func delivery(_ id: DeliveryID, to webhook: WebhookID, in tenant: TenantID) async throws -> StoredDelivery?
    /// The run that the sender of a stored delivery was told of, as long as it is still to be started; nil otherwise.
    func promised(_ run: RunID, in tenant: TenantID) async throws -> RunRecord?
    /// Forgets up to `limit` deliveries that came before; answers how many.
    func forget(before: Timestamp, limit: Int) async throws -> Int
}

extension DeliveryStore {
    package func offer(_ delivery: NewDelivery, then: @escaping @Sendable (Bool) -> Void) -> Bool { false }
}
