package import PatchbayJSON

/// What became of a delivery.
package enum DeliveryVerdict: String, Sendable, CaseIterable {
    /// It starts a run.
    case accepted
    /// It was right, and the filter lets it start nothing.
    case filtered
    /// It had come before.
    case duplicate
    /// It does not prove where it comes from, or cannot be read, or is not wanted.
    case refused
}

/// A delivery, as the history shows it.
package struct DeliveryRecord: Sendable, Equatable {
    package var id: DeliveryID
    package var tenant: TenantID
    package var webhook: WebhookID
    package var workflow: WorkflowID
    package var receivedAt: Timestamp
    /// The sender's name for it, by which its repetition is recognised.
    package var senderID: String?
    package var verdict: DeliveryVerdict
    /// Why it starts nothing, as a code of the API; nil for one that does.
    package var reason: String?
    /// The run that it starts; for a repetition, that of the first one.
    package var run: RunID?
    package var method: String
    /// As it came, without the question mark.
    package var query: String
    /// An object; names in lower case, secrets left out.
    package var headers: JSON
    /// Bytes of the body.
    package var size: Int
    /// The HTTP status that it was answered with, as far as that depends on no run.
    package var status: Int
    /// How many like it came before, of which nothing else is kept: who sends too many fills no disk.
    package var skipped: Int
    /// The delivery that it repeats, because somebody wanted so.
    package var replayOf: DeliveryID?
    /// Whether its run is still to be started; only as stores answer it.
    package var isPending: Bool

    package init(
        id: DeliveryID, tenant: TenantID, webhook: WebhookID, workflow: WorkflowID, receivedAt: Timestamp,
        senderID: String? = nil, verdict: DeliveryVerdict, reason: String? = nil, run: RunID? = nil, method: String,
        query: String = "", headers: JSON = [:], size: Int = 0, status: Int = 202, skipped: Int = 0,
        replayOf: DeliveryID? = nil, isPending: Bool = false
    ) {
        self.id = id
        self.tenant = tenant
        self.webhook = webhook
        self.workflow = workflow
        self.receivedAt = receivedAt
        self.senderID = senderID
        self.verdict = verdict
        self.reason = reason
        self.run = run
        self.method = method
        self.query = query
        self.headers = headers
        self.size = size
        self.status = status
        self.skipped = skipped
        self.replayOf = replayOf
        self.isPending = isPending
    }
}

/// A delivery with all that a run is started from.
package struct StoredDelivery: Sendable, Equatable {
    package var record: DeliveryRecord
    package var body: [UInt8]
    package var endpoint: String
    /// Id of the trigger's node.
    package var node: String
    /// The workflow's version that it starts.
    package var version: Int
    /// Where it lies until its run is stored.
    package let place: DeliveryPlace

    package init(
        record: DeliveryRecord, body: [UInt8], endpoint: String, node: String, version: Int,
        place: DeliveryPlace = DeliveryPlace()
    ) {
        self.record = record
        self.body = body
        self.endpoint = endpoint
        self.node = node
        self.version = version
        self.place = place
    }
}

/// A delivery that is to be stored.
package struct NewDelivery: Sendable {
    package var delivery: StoredDelivery
    /// What the host knew of the webhook: it is taken only while that is so.
    package var revision: Int

    package var record: DeliveryRecord { delivery.record }

    package init(_ delivery: StoredDelivery, revision: Int) {
        self.delivery = delivery
        self.revision = revision
    }
}

/// What was found when a delivery was to be stored.
package enum DeliveryStanding: Sendable, Equatable {
    /// It is on disk, and its run will be started.
    case stored
    /// One of the same name is on disk; nothing was stored.
    case duplicate(of: DeliveryID, run: RunID?)
    /// The webhook or the workflow is another by now; nothing was stored.
    case moved
}

/// More deliveries wait to be stored than may; nothing was stored, and the sender shall come again.
package struct DeliveriesFull: Error, Equatable, Sendable {
    package init() {}
}
