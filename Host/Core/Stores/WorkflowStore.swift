package import PatchbayJSON

/// A workflow, without its document.
package struct WorkflowRecord: Sendable, Equatable {
    package enum Status: String, Sendable, CaseIterable { case active, paused }

    package var id: WorkflowID
    package var tenant: TenantID
    package var name: String
    package var about: String
    package var status: Status
    /// The newest version, 1 for the first.
    package var version: Int
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: WorkflowID, tenant: TenantID, name: String, about: String, status: Status, version: Int,
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.tenant = tenant
        self.name = name
        self.about = about
        self.status = status
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// An immutable version of a workflow: the normalised document with every connector version pinned.
package struct WorkflowVersion: Sendable, Equatable {
    package var workflow: WorkflowID
    package var version: Int
    package var document: JSON
    package var createdAt: Timestamp

    package init(workflow: WorkflowID, version: Int, document: JSON, createdAt: Timestamp) {
        self.workflow = workflow
        self.version = version
        self.document = document
        self.createdAt = createdAt
    }
}

/// A version that runs now, or would if its workflow were started.
package struct VersionInUse: Sendable, Equatable {
    package var version: WorkflowVersion
    package var name: String
    /// Otherwise it is one that runs of it still go by.
    package var isNewest: Bool

    package init(version: WorkflowVersion, name: String, isNewest: Bool) {
        self.version = version
        self.name = name
        self.isNewest = isNewest
    }
}

/// Thrown by stores when a request contradicts what is stored.
package enum StoreConflict: Error, Equatable, Sendable {
    /// The workflow has moved on: `expected` was named, `current` is there.
    case versionMoved(expected: Int, current: Int)
    /// Another workflow has this webhook endpoint already.
    case endpointTaken(String)
    /// Another credential of the tenant has this name already.
    case nameTaken(String)
    /// The run was to be repeated once, and is already repeated.
    case alreadyRetried(RunID)
}

/// The workflow may not be as it was known: whoever goes on looks at it anew.
package struct WorkflowMoved: Error, Equatable, Sendable {
    package init() {}
}

/// Workflows and their versions. All of it within one tenant; nil or false means: not there.
package protocol WorkflowStore: Sendable {
    /// Stores a workflow with version 1 and its webhook endpoints, in one transaction.
    func create(
        _ record: WorkflowRecord, document: JSON, webhooks: [WebhookRecord]
    ) async throws
    /// Stores the next version and replaces the webhook endpoints, in one transaction. With `expecting`, only when that is
    /// the newest version now. Answers the record as it is then.
    func update(
        _ id: WorkflowID, in tenant: TenantID, name: String, about: String, document: JSON,
        webhooks: [WebhookRecord], expecting: Int?, at: Timestamp
    ) async throws -> WorkflowRecord?
    /// Deletes a workflow; its runs stay readable. With `expecting`, only when that is the newest version now.
    func delete(_ id: WorkflowID, in tenant: TenantID, expecting: Int?, at: Timestamp) async throws -> Bool
    func workflow(_ id: WorkflowID, in tenant: TenantID) async throws -> WorkflowRecord?
    func workflows(in tenant: TenantID, page: PageRequest) async throws -> Page<WorkflowRecord>
    func version(_ version: Int, of id: WorkflowID, in tenant: TenantID) async throws -> WorkflowVersion?
    func versions(of id: WorkflowID, in tenant: TenantID, page: PageRequest) async throws -> Page<WorkflowVersion>
    /// Versions in whose document a text occurs, of those that are in use: the newest one of each workflow, and those of runs
    /// that have not ended. By workflow, oldest first; at most 1,000.
    func versionsInUse(holding text: String, in tenant: TenantID) async throws -> [VersionInUse]
    /// The webhook at an endpoint, with the workflow's newest version; nil when there is none.
    func webhook(at endpoint: String) async throws -> (webhook: WebhookRecord, version: WorkflowVersion)?
}
