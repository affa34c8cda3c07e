import PatchbayCore
import PatchbayJSON
import Synchronization

/// Schedules that stand in no document, as the real store keeps them.
final class MemorySchedules: ScheduleStore {
    private struct State {
        var records: [ScheduleRecord] = []
        var firings: [ScheduleFiring] = []
    }

    private let state = Mutex(State())

    func create(_ schedule: ScheduleRecord) async throws { state.withLock { $0.records.append(schedule) } }

    func change(
        _ id: ScheduleID, in tenant: TenantID, name: String, node: String?, spec: JSON, at: Timestamp
    ) async throws -> ScheduleRecord? {
        change(id, tenant) { record in
            (record.name, record.node, record.spec) = (name, node, spec)
            (record.after, record.updatedAt) = (at, at)
        }
    }

    func delete(_ id: ScheduleID, in tenant: TenantID) async throws -> Bool {
        state.withLock { state in
            let count = state.records.count
            state.records.removeAll { $0.id == id && $0.tenant == tenant && !$0.isDeclared }
            return state.records.count < count
        }
    }

    func setPaused(
        _ isPaused: Bool, _ id: ScheduleID, in tenant: TenantID, at: Timestamp
    ) async throws -> ScheduleRecord? {
        change(id, tenant) { $0.isPaused = isPaused }
    }

    func schedule(_ id: ScheduleID, in tenant: TenantID) async throws -> ScheduleRecord? {
        change(id, tenant) { _ in }
    }

    func schedules(
        in tenant: TenantID, of workflow: WorkflowID?, page: PageRequest
    ) async throws -> Page<ScheduleRecord> {
        try Page(
            of: state.withLock { state in
                state.records.filter { $0.tenant == tenant && (workflow == nil || $0.workflow == workflow) }.reversed()
            }, page)
    }

    func firings(of id: ScheduleID, in tenant: TenantID, page: PageRequest) async throws -> Page<ScheduleFiring> {
        try Page(of: state.withLock { $0.firings.filter { $0.schedule == id }.reversed() }, page)
    }

    func note(_ firing: ScheduleFiring, in tenant: TenantID) async throws {
        state.withLock { state in
            let isKnown = state.firings.contains { $0.schedule == firing.schedule && $0.time == firing.time }
            if !isKnown { state.firings.append(firing) }
        }
    }

    private func change(
        _ id: ScheduleID, _ tenant: TenantID, _ body: (inout ScheduleRecord) -> Void
    ) -> ScheduleRecord? {
        state.withLock { state in
            guard let index = state.records.firstIndex(where: { $0.id == id && $0.tenant == tenant }) else {
                return nil
            }
            body(&state.records[index])
            return state.records[index]
        }
    }
}
