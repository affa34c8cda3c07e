import PatchbayCore
import PatchbayStorage
import Synchronization

/// Tells whoever waits for a run that its end is on disk.
final class CountingJournal: Journal {
    private struct State {
        var ended: [RunID: RunStatus] = [:]
        var waiting: [RunID: CheckedContinuation<RunStatus?, Never>] = [:]
    }

    let journal: PostgresJournal
    var home: (any TaskExecutor)? { journal.home }
    func isPressed(by tenant: TenantID) -> Bool { journal.isPressed(by: tenant) }
    private let state = Mutex(State())

    init(_ journal: PostgresJournal) { self.journal = journal }

    /// Returns when the run's last entry is on disk. Throws for a run that did not complete, and when the task is cancelled.
    func end(of run: RunID) async throws {
        let status = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isOver, status) = state.withLock { state in
                    let status = state.ended.removeValue(forKey: run)
                    if status != nil || Task.isCancelled { return (true, status) }
                    state.waiting[run] = continuation
                    return (false, nil)
                }
                if isOver { continuation.resume(returning: status) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: run) }?.resume(returning: nil)
        }
        guard let status else { throw CancellationError() }
        guard status == .completed else { throw BenchError("a run ended as \(status.rawValue)") }
    }

    func append(
        _ entries: [JournalEntry], log: [StepLogLine], to run: LeasedRun, status: RunStatus
    ) async throws {
        try await journal.append(entries, log: log, to: run, status: status)
        guard status.isTerminal else { return }
        let id = run.record.id
        let waiter: CheckedContinuation<RunStatus?, Never>? = state.withLock { state in
            if let waiter = state.waiting.removeValue(forKey: id) { return waiter }
            state.ended[id] = status
            return nil
        }
        waiter?.resume(returning: status)
    }

    func lease(limit: Int, worker: String, at: Timestamp, abandonedBefore: Timestamp) async throws -> [LeasedRun] {
        try await journal.lease(limit: limit, worker: worker, at: at, abandonedBefore: abandonedBefore)
    }
    func register(worker: String, at: Timestamp) async throws { try await journal.register(worker: worker, at: at) }
    func heartbeat(worker: String, at: Timestamp) async throws -> Bool {
        try await journal.heartbeat(worker: worker, at: at)
    }
    func cancellations(worker: String) async throws -> [RunID] { try await journal.cancellations(worker: worker) }
    func held(worker: String) async throws -> [RunID] { try await journal.held(worker: worker) }
    func park(_ run: LeasedRun, until: Timestamp) async throws -> Parking {
        try await journal.park(run, until: until)
    }
    func release(_ runs: [LeasedRun]) async throws { try await journal.release(runs) }
    func release(worker: String, except known: [RunID]) async throws {
        try await journal.release(worker: worker, except: known)
    }
}
