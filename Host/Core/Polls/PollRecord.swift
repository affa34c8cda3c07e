package import PatchbayJSON

/// A `poll` node of a workflow's newest version, and how far it has come.
package struct PollRecord: Sendable, Equatable {
    package var id: PollID
    package var tenant: TenantID
    package var workflow: WorkflowID
    /// The trigger's id.
    package var node: String
    package var name: String
    /// `connector@version/trigger`.
    package var uses: String
    package var credential: String?
    /// The node's `config`.
    package var config: JSON
    /// Whether its workflow is paused.
    package var isHeld: Bool
    /// When it is polled next, or taken from a host that does not come back; nil: never, while it is held.
    package var nextAt: Timestamp?
    package var progress: PollProgress
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: PollID, tenant: TenantID, workflow: WorkflowID, node: String, name: String, uses: String,
        credential: String?, config: JSON, isHeld: Bool = false, nextAt: Timestamp?,
        progress: PollProgress = PollProgress(), createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.tenant = tenant
        self.workflow = workflow
        self.node = node
        self.name = name
        self.uses = uses
        self.credential = credential
        self.config = config
        self.isHeld = isHeld
        self.nextAt = nextAt
        self.progress = progress
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// How far a polling trigger has come.
package struct PollProgress: Sendable, Equatable {
    /// Where the next poll goes on; nil before the first.
    package var cursor: JSON?
    /// What tells the last items from others, oldest first.
    package var seen: [String]
    /// Polls in a row that failed.
    package var failures: Int
    /// Of the last poll, where it failed: {code, message}.
    package var error: JSON?
    /// When somebody polled last.
    package var polledAt: Timestamp?
    /// Runs that were started for items, of all time.
    package var items: Int64
    /// Grows with each reset, so that items may come anew.
    package var generation: Int

    package init(
        cursor: JSON? = nil, seen: [String] = [], failures: Int = 0, error: JSON? = nil, polledAt: Timestamp? = nil,
        items: Int64 = 0, generation: Int = 0
    ) {
        self.cursor = cursor
        self.seen = seen
        self.failures = failures
        self.error = error
        self.polledAt = polledAt
        self.items = items
        self.generation = generation
    }
}

/// A poll that this process alone is to make.
package struct PollClaim: Sendable {
    package var record: PollRecord
    /// By which it is known; another host that took it over has another one.
    package var claim: RequestID
    /// As it is now; nil when it is gone.
    package var workflow: WorkflowRecord?
    /// Whether nothing of its tenant is started.
    package var isSuspended: Bool

    package init(record: PollRecord, claim: RequestID, workflow: WorkflowRecord?, isSuspended: Bool = false) {
        self.record = record
        self.claim = claim
        self.workflow = workflow
        self.isSuspended = isSuspended
    }
}
