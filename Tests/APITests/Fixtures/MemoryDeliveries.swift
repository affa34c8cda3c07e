import PatchbayCore
import PatchbayJSON
import Synchronization

/// Deliveries as the real store keeps them, as far as its contract says.
final class MemoryDeliveries: DeliveryStore {
    struct State {
        var kept: [StoredDelivery] = []
        var pending: [DeliveryID: Timestamp] = [:]
        /// More are turned away.
        var isFull = false
    }

    let state = Mutex(State())
    private let workflows: MemoryWorkflows

    init(workflows: MemoryWorkflows) { self.workflows = workflows }

    var isPressed: Bool { false }

    /// In the order they came.
    var records: [DeliveryRecord] { state.withLock { $0.kept.map(\.record) } }

    func store(_ delivery: NewDelivery) async throws -> DeliveryStanding { try keep(delivery) }

    func offer(_ delivery: NewDelivery, then: @escaping @Sendable (Bool) -> Void) -> Bool {
        then((try? keep(delivery)) == .stored)
        return true
    }

    private func keep(_ delivery: NewDelivery) throws -> DeliveryStanding {
        let record = delivery.record
        let isCurrent = workflows.isCurrent(delivery)
        return try state.withLock { state in
            if state.isFull { throw DeliveriesFull() }
            if record.verdict == .accepted {
                if !isCurrent { return .moved }
                let first = state.kept.first {
                    $0.record.webhook == record.webhook && $0.record.verdict == .accepted
                        && record.senderID != nil && $0.record.senderID == record.senderID
                }
                if let first { return .duplicate(of: first.record.id, run: first.record.run) }
                state.pending[record.id] = record.receivedAt
            }
            state.kept.append(delivery.delivery)
            return .stored
        }
    }

    func settle(_ deliveries: [StoredDelivery]) async throws {
        state.withLock { state in for delivery in deliveries { state.pending[delivery.record.id] = nil } }
    }

    func claim(limit: Int, at: Timestamp, before: Timestamp) async throws -> [StoredDelivery] {
        state.withLock { state in
            let due = state.kept.filter { state.pending[$0.record.id].map { $0 < before } ?? false }.prefix(limit)
            for delivery in due { state.pending[delivery.record.id] = at }
            return Array(due)
        }
    }

    func deliveries(
        to webhook: WebhookID, in tenant: TenantID, verdict: DeliveryVerdict?, page: PageRequest
    ) async throws -> Page<DeliveryRecord> {
        try Page(
            of: state.withLock { state in
                state.kept.map(\.record).filter {
                    $0.webhook == webhook && $0.tenant == tenant && (verdict == nil || $0.verdict == verdict)
                }.reversed()
            }, page)
    }

    func delivery(_ id: DeliveryID, to webhook: WebhookID, in tenant: TenantID) async throws -> StoredDelivery? {
        state.withLock { $0.kept.first { $0.record.id == id && $0.record.webhook == webhook } }
    }

    func promised(_ run: RunID, in tenant: TenantID) async throws -> RunRecord? {
        state.withLock { state in
            state.kept.first {
                $0.record.run == run && $0.record.tenant == tenant && state.pending[$0.record.id] != nil
            }
            .map { delivery in
                RunRecord(
                    id: run, tenant: tenant, workflow: delivery.record.workflow, workflowName: "",
                    version: delivery.version, status: .queued, trigger: "webhook",
                    createdAt: delivery.record.receivedAt)
            }
        }
    }

    func forget(before: Timestamp, limit: Int) async throws -> Int {
        state.withLock { state in
            let count = state.kept.count
            state.kept.removeAll { $0.record.receivedAt < before && state.pending[$0.record.id] == nil }
            return count - state.kept.count
        }
    }
}
