import PatchbayCore
import PatchbayJSON
import Synchronization

/// Workflows as the real store keeps them, as far as its contract says.
final class MemoryWorkflows: WorkflowStore {
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

    func delete(_ id: WorkflowID, in tenant: TenantID, at: Timestamp) async throws -> Bool {
        state.withLock { state in
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

    private static func replace(_ state: inout State, _ webhooks: [WebhookRecord], of id: WorkflowID) throws {
        for webhook in webhooks {
            let isTaken = state.webhooks.contains { $0.endpoint == webhook.endpoint && $0.workflow != id }
            if isTaken { throw StoreConflict.endpointTaken(webhook.endpoint) }
        }
        state.webhooks.removeAll { $0.workflow == id }
        state.webhooks += webhooks
    }
}
