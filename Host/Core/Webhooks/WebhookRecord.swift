/// An endpoint that deliveries are sent to: the path that a workflow's trigger declares, or one that was made for a trigger.
package struct WebhookRecord: Sendable, Equatable {
    package var id: WebhookID
    package var tenant: TenantID
    package var workflow: WorkflowID
    /// What stands behind `/webhook/`, unique in the whole installation: the trigger's `path`, or `wh_…`.
    package var endpoint: String
    /// Id of the trigger's node.
    package var node: String
    /// What it is for, in somebody's words.
    package var name: String
    /// Whether somebody made it; else it comes and goes with the trigger's path.
    package var isMade: Bool
    /// Whether it belongs to what a connector subscribed; then it comes and goes with that, and the connector verifies.
    package var isSubscribed: Bool
    package var isEnabled: Bool
    /// Which deliveries start a run, besides the trigger's own filter.
    package var filter: String?
    /// Deliveries that it takes in a minute; nil: as many as the tenant's limit lets through.
    package var perMinute: Int?
    /// Bytes of the largest delivery that it takes; nil: the installation's limit.
    package var mostBytes: Int?
    /// Name of the credential that deliveries are verified with in place of the trigger's.
    package var secret: String?
    /// Grows with every change, so that whoever knows it by heart sees that it has changed.
    package var revision: Int

    package init(
        id: WebhookID, tenant: TenantID, workflow: WorkflowID, endpoint: String, node: String, name: String = "",
        isMade: Bool = false, isSubscribed: Bool = false, isEnabled: Bool = true, filter: String? = nil,
        perMinute: Int? = nil, mostBytes: Int? = nil, secret: String? = nil, revision: Int = 1
    ) {
        self.id = id
        self.tenant = tenant
        self.workflow = workflow
        self.endpoint = endpoint
        self.node = node
        self.name = name
        self.isMade = isMade
        self.isSubscribed = isSubscribed
        self.isEnabled = isEnabled
        self.filter = filter
        self.perMinute = perMinute
        self.mostBytes = mostBytes
        self.secret = secret
        self.revision = revision
    }

    /// What the endpoints that are made begin with; no trigger's path does.
    package static let madePrefix = "wh_"

    /// An endpoint that nobody guesses: 128 random bits.
    package static func newEndpoint() -> String {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        let digits = (0..<26).map { _ in alphabet[Int(UInt8.random(in: 0...31))] }
        return madePrefix + String(decoding: digits, as: UTF8.self)
    }
}

/// What somebody wants to be different in a webhook; nil leaves it as it is.
package struct WebhookChange: Sendable, Equatable {
    package var name: String?
    package var isEnabled: Bool?
    /// Nil within: none any more; as in those below.
    package var filter: String??
    package var perMinute: Int??
    package var mostBytes: Int??
    package var secret: String??

    package init(
        name: String? = nil, isEnabled: Bool? = nil, filter: String?? = nil, perMinute: Int?? = nil,
        mostBytes: Int?? = nil, secret: String?? = nil
    ) {
        self.name = name
        self.isEnabled = isEnabled
        self.filter = filter
        self.perMinute = perMinute
        self.mostBytes = mostBytes
        self.secret = secret
    }

    package func applied(to record: WebhookRecord) -> WebhookRecord {
        var record = record
        record.name = name ?? record.name
        record.isEnabled = isEnabled ?? record.isEnabled
        record.filter = filter ?? record.filter
        record.perMinute = perMinute ?? record.perMinute
        record.mostBytes = mostBytes ?? record.mostBytes
        record.secret = secret ?? record.secret
        return record
    }
}

/// The endpoints of a tenant, for those who look after them. Nil and false mean: not there.
package protocol WebhookStore: Sendable {
    /// The newest first; with `workflow`, only its.
    func webhooks(in tenant: TenantID, of workflow: WorkflowID?, page: PageRequest) async throws -> Page<WebhookRecord>
    func webhook(_ id: WebhookID, in tenant: TenantID) async throws -> WebhookRecord?
    /// Stores one that somebody makes. False when its workflow is not there.
    func add(_ webhook: WebhookRecord) async throws -> Bool
    /// Answers the webhook as it is then, with the next revision.
    func change(_ id: WebhookID, in tenant: TenantID, _ change: WebhookChange) async throws -> WebhookRecord?
    /// Deletes one that somebody made; what was delivered to it stays until its time is over.
    func remove(_ id: WebhookID, in tenant: TenantID) async throws -> Bool
}
