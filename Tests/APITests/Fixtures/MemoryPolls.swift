import PatchbayCore
import PatchbayJSON
import Synchronization

/// Polling triggers, as the real store keeps them.
final class MemoryPolls: PollStore {
    private let records = Mutex<[PollRecord]>([])

    func put(_ record: PollRecord) { records.withLock { $0.append(record) } }

    func poll(_ id: PollID, in tenant: TenantID) async throws -> PollRecord? { change(id, tenant) { _ in } }

    func polls(in tenant: TenantID, of workflow: WorkflowID?, page: PageRequest) async throws -> Page<PollRecord> {
        try Page(
            of: records.withLock { records in
                records.filter { $0.tenant == tenant && (workflow == nil || $0.workflow == workflow) }.reversed()
            }, page)
    }

    func hurry(_ id: PollID, in tenant: TenantID, at: Timestamp) async throws -> PollRecord? {
        change(id, tenant) { $0.nextAt = at }
    }

    func reset(_ id: PollID, in tenant: TenantID, cursor: JSON?, at: Timestamp) async throws -> PollRecord? {
        change(id, tenant) { record in
            record.progress = PollProgress(cursor: cursor, generation: record.progress.generation + 1)
            record.nextAt = at
        }
    }

    private func change(_ id: PollID, _ tenant: TenantID, _ body: (inout PollRecord) -> Void) -> PollRecord? {
        records.withLock { records in
            guard let index = records.firstIndex(where: { $0.id == id && $0.tenant == tenant }) else { return nil }
            body(&records[index])
            return records[index]
        }
    }
}
