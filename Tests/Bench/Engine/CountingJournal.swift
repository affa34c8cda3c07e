import PatchbayCore
import PatchbayStorage
import Synchronization

/// Tells whoever waits for a run that its end is on disk.
final class CountingJournal: Journal {
    private struct State {
        var ended: Set<RunID> = []
        var waiting: [RunID: CheckedContinuation<Void, Never>] = [:]
    }

    let journal: PostgresJournal
    private let state = Mutex(State())

    init(_ journal: PostgresJournal) { self.journal = journal }

    /// Returns when the run's last entry is on disk.
    func end(of run: RunID) async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.ended.remove(run) != nil { return true }
                state.waiting[run] = continuation
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    func append(
        _ entries: [JournalEntry], log: [StepLogLine], to run: LeasedRun, status: RunStatus
    ) async throws {
        try await journal.append(entries, log: log, to: run, status: status)
        guard status.isTerminal else { return }
        precondition(status == .completed, "a run ended as \(status)")
        let id = run.record.id
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            if let waiter = state.waiting.removeValue(forKey: id) { return waiter }
            state.ended.insert(id)
            return nil
        }
        waiter?.resume()
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
