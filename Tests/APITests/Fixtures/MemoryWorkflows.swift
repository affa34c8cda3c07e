import PatchbayCore
import PatchbayJSON
import Synchronization

/// Workflows as the real store keeps them, as far as its contract says.
final class MemoryWorkflows: WorkflowStore, WebhookStore {
    private struct State {
        var records: [WorkflowRecord] = []
        var versions: [WorkflowVersion] = []
        var webhooks: [WebhookRecord] = []
    }

    private let state = Mutex(State())

    func create(_ record: WorkflowRecord, document: JSON, webhooks: [WebhookRecord]) async throws {
        try state.withLock { state in
            try Self.replace(&state, webhooks, of: record.id)
            state.records.append(record)
            state.versions.append(
                WorkflowVersion(workflow: record.id, version: 1, document: document, createdAt: record.createdAt))
        }
    }

    func update(
        _ id: WorkflowID, in tenant: TenantID, name: String, about: String, document: JSON,
        webhooks: [WebhookRecord], expecting: Int?, at: Timestamp
    ) async throws -> WorkflowRecord? {
        try state.withLock { state in
            guard let index = state.records.firstIndex(where: { $0.id == id && $0.tenant == tenant }) else {
                return nil
            }
            var record = state.records[index]
            if let expecting, expecting != record.version {
                throw StoreConflict.versionMoved(expected: expecting, current: record.version)
            }
            try Self.replace(&state, webhooks, of: id)
            record.name = name
            record.about = about
            record.version += 1
            record.updatedAt = at
            state.records[index] = record
            state.versions.append(
                WorkflowVersion(workflow: id, version: record.version, document: document, createdAt: at))
            return record
        }
    }

    func delete(_ id: WorkflowID, in tenant: TenantID, expecting: Int?, at: Timestamp) async throws -> Bool {
        try state.withLock { state in
            if let expecting, let record = state.records.first(where: { $0.id == id && $0.tenant == tenant }),
                record.version != expecting
            {
                throw StoreConflict.versionMoved(expected: expecting, current: record.version)
            }
            let count = state.records.count
            state.records.removeAll { $0.id == id && $0.tenant == tenant }
            state.webhooks.removeAll { $0.workflow == id }
            return state.records.count < count
        }
    }

    func workflow(_ id: WorkflowID, in tenant: TenantID) async throws -> WorkflowRecord? {
        state.withLock { $0.records.first { $0.id == id && $0.tenant == tenant } }
    }

    func workflows(in tenant: TenantID, page: PageRequest) async throws -> Page<WorkflowRecord> {
        try Page(of: state.withLock { $0.records.filter { $0.tenant == tenant }.reversed() }, page)
    }

    func version(_ version: Int, of id: WorkflowID, in tenant: TenantID) async throws -> WorkflowVersion? {
        state.withLock { $0.versions.first { $0.workflow == id && $0.version == version } }
    }

    func versions(
        of id: WorkflowID, in tenant: TenantID, page: PageRequest
    ) async throws -> Page<WorkflowVersion> {
        try Page(of: state.withLock { $0.versions.filter { $0.workflow == id }.reversed() }, page)
    }

    func versionsInUse(holding text: String, in tenant: TenantID) async throws -> [VersionInUse] {
        state.withLock { state in
            state.records.filter { $0.tenant == tenant }.compactMap { record in
                state.versions.last { $0.workflow == record.id && $0.document.text.contains(text) }.flatMap {
                    $0.version == record.version ? VersionInUse(version: $0, name: record.name, isNewest: true) : nil
                }
            }
        }
    }

    func webhook(at endpoint: String) async throws -> (webhook: WebhookRecord, version: WorkflowVersion)? {
        state.withLock { state in
            guard let webhook = state.webhooks.first(where: { $0.endpoint == endpoint }),
                let version = state.versions.last(where: { $0.workflow == webhook.workflow })
            else { return nil }
            return (webhook, version)
        }
    }

    /// Also resumes.
    func pause(_ id: WorkflowID, as status: WorkflowRecord.Status = .paused) {
        state.withLock { state in
            for index in state.records.indices where state.records[index].id == id {
                state.records[index].status = status
            }
        }
    }

    /// Those of the workflow that are there already stay what they are otherwise.
    private static func replace(_ state: inout State, _ webhooks: [WebhookRecord], of id: WorkflowID) throws {
        for webhook in webhooks {
            let isTaken = state.webhooks.contains { $0.endpoint == webhook.endpoint && $0.workflow != id }
            if isTaken { throw StoreConflict.endpointTaken(webhook.endpoint) }
        }
        let before = state.webhooks.filter { $0.workflow == id }
        state.webhooks.removeAll { $0.workflow == id && !$0.isMade && !$0.isSubscribed }
        state.webhooks += webhooks.map { webhook in
            guard var known = before.first(where: { $0.endpoint == webhook.endpoint }) else { return webhook }
            known.node = webhook.node
            known.revision += 1
            return known
        }
    }

    // MARK: Webhooks

    func webhooks(
        in tenant: TenantID, of workflow: WorkflowID?, page: PageRequest
    ) async throws -> Page<WebhookRecord> {
        try Page(
            of: state.withLock { state in
                state.webhooks.filter { $0.tenant == tenant && (workflow == nil || $0.workflow == workflow) }
                    .sorted { $0.id > $1.id }
            }, page)
    }

    func webhook(_ id: WebhookID, in tenant: TenantID) async throws -> WebhookRecord? {
        state.withLock { $0.webhooks.first { $0.id == id && $0.tenant == tenant } }
    }

    func add(_ webhook: WebhookRecord) async throws -> Bool {
        state.withLock { state in
            guard state.records.contains(where: { $0.id == webhook.workflow && $0.tenant == webhook.tenant }) else {
                return false
            }
            state.webhooks.append(webhook)
            return true
        }
    }

    func change(_ id: WebhookID, in tenant: TenantID, _ change: WebhookChange) async throws -> WebhookRecord? {
        state.withLock { state in
            guard let index = state.webhooks.firstIndex(where: { $0.id == id && $0.tenant == tenant }) else {
                return nil
            }
            state.webhooks[index] = change.applied(to: state.webhooks[index])
            state.webhooks[index].revision += 1
            return state.webhooks[index]
        }
    }

    func remove(_ id: WebhookID, in tenant: TenantID) async throws -> Bool {
        state.withLock { state in
            let count = state.webhooks.count
            state.webhooks.removeAll { $0.id == id && $0.tenant == tenant && $0.isMade }
            return state.webhooks.count < count
        }
    }

    /// Whether a delivery may be taken by what was known of its webhook.
    func isCurrent(_ delivery: NewDelivery) -> Bool {
        state.withLock { state in
            let isNewest = state.records.contains {
                $0.id == delivery.record.workflow && $0.status == .active && $0.version == delivery.delivery.version
            }
            return isNewest
                && state.webhooks.contains {
                    $0.endpoint == delivery.delivery.endpoint && $0.revision == delivery.revision
                }
        }
    }
}
