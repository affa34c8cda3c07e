import PatchbayCore
import PatchbayJSON
import Synchronization

/// Alerts as the real store keeps them, that nobody judges.
final class MemoryAlerts: AlertStore {
    private struct State {
        var rules: [AlertRule] = []
        var events: [AlertEvent] = []
        var notices: [NewNotice] = []
    }

    private let state = Mutex(State())

    var notices: [NewNotice] { state.withLock { $0.notices } }

    func create(_ alert: AlertRule) async throws -> Bool {
        state.withLock { state in
            guard state.rules.count(where: { $0.tenant == alert.tenant }) < AlertLimits.most else { return false }
            state.rules.append(alert)
            return true
        }
    }

    func change(
        _ id: AlertID, in tenant: TenantID, to draft: AlertDraft, expecting: Int?, isAnew: Bool, at: Timestamp
    ) async throws -> AlertRule? {
        try changed(id, tenant, expecting) { rule in
            rule.draft = draft
            rule.version += 1
            rule.updatedAt = at
            if isAnew { (rule.since, rule.state) = (at, AlertState()) }
        }
    }

    func setEnabled(_ isEnabled: Bool, _ id: AlertID, in tenant: TenantID, at: Timestamp) async throws -> AlertRule? {
        try changed(id, tenant, nil) { rule in
            guard rule.isEnabled != isEnabled else { return }
            rule.isEnabled = isEnabled
            rule.version += 1
            (rule.since, rule.state, rule.updatedAt) = (at, AlertState(), at)
        }
    }

    func delete(_ id: AlertID, in tenant: TenantID, expecting: Int?) async throws -> Bool {
        guard try changed(id, tenant, expecting, { _ in }) != nil else { return false }
        state.withLock { $0.rules.removeAll { $0.id == id } }
        return true
    }

    func alert(_ id: AlertID, in tenant: TenantID) async throws -> AlertRule? { try changed(id, tenant, nil) { _ in } }

    func alerts(in tenant: TenantID, of workflow: WorkflowID?, page: PageRequest) async throws -> Page<AlertRule> {
        try Page(
            of: state.withLock { state in
                state.rules.filter {
                    $0.tenant == tenant && (workflow == nil || $0.draft.scope.workflow == workflow)
                }.reversed()
            }, page)
    }

    func history(of id: AlertID, in tenant: TenantID, page: PageRequest) async throws -> Page<AlertHistory> {
        try Page(
            of: state.withLock { state in
                state.events.filter { $0.alert == id }.reversed().map { event in
                    AlertHistory(
                        event: event, deliveries: event.messages.map { .init(message: $0, status: .pending) })
                }
            }, page)
    }

    func put(_ event: AlertEvent, _ notices: [NewNotice], in tenant: TenantID) async throws {
        state.withLock { state in
            state.events.append(event)
            state.notices += notices
        }
    }

    private func changed(
        _ id: AlertID, _ tenant: TenantID, _ expecting: Int?, _ body: (inout AlertRule) -> Void
    ) throws -> AlertRule? {
        try state.withLock { state in
            guard let index = state.rules.firstIndex(where: { $0.id == id && $0.tenant == tenant }) else { return nil }
            let current = state.rules[index].version
            if let expecting, expecting != current {
                throw StoreConflict.versionMoved(expected: expecting, current: current)
            }
            body(&state.rules[index])
            return state.rules[index]
        }
    }
}
