import PatchbayCore
import Synchronization

/// The queue as far as operators see it.
final class MemoryQueue: RunQueue, GateStore {
    private struct State {
        var shares: [TenantID: TenantShare] = [:]
        var gates: [GateRecord] = []
        var held: Set<WorkflowID> = []
    }

    private let workflows: MemoryWorkflows
    private let state = Mutex(State())

    init(workflows: MemoryWorkflows) { self.workflows = workflows }

    func isHeld(_ workflow: WorkflowID) -> Bool { state.withLock { $0.held.contains(workflow) } }

    func promoteDue(at: Timestamp, limit: Int) async throws -> Int { 0 }
    func admitWaiting() async throws -> Int { 0 }
    func freeAbandoned(before: Timestamp) async throws -> Int { 0 }
    func wake(_ run: RunID, in tenant: TenantID, at: Timestamp) async throws -> Bool { false }

    func pause(_ workflow: WorkflowID, in tenant: TenantID, holding: Bool, at: Timestamp) async throws -> Bool {
        guard try await workflows.workflow(workflow, in: tenant) != nil else { return false }
        workflows.pause(workflow)
        if holding { state.withLock { _ = $0.held.insert(workflow) } }
        return true
    }

    func resume(_ workflow: WorkflowID, in tenant: TenantID, at: Timestamp) async throws -> Bool {
        guard try await workflows.workflow(workflow, in: tenant) != nil else { return false }
        workflows.pause(workflow, as: .active)
        state.withLock { _ = $0.held.remove(workflow) }
        return true
    }

    func share(of tenant: TenantID) async throws -> TenantShare {
        state.withLock { $0.shares[tenant] ?? TenantShare() }
    }
    func setShare(_ share: TenantShare, of tenant: TenantID) async throws {
        state.withLock { $0.shares[tenant] = share }
    }

    func publish(_ gates: [GateRecord]) async throws { state.withLock { $0.gates += gates } }
    func shut(at: Timestamp) async throws -> [GateRecord] { [] }
    func gates(in tenant: TenantID) async throws -> [GateRecord] {
        state.withLock { $0.gates.filter { $0.key.tenant == tenant } }
    }
}
