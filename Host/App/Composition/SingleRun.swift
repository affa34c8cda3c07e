import PatchbayCore
import PatchbayJSON
import Synchronization

/// The journal of one run that nobody needs to remember: what `patchbay run` works with instead of a database.
final class SingleRun: Journal {
    private struct State {
        var record: RunRecord
        var entries: [JournalEntry]
        var log: [StepLogLine] = []
        var isLeased = false
        var isCancelled = false
    }

    private let document: JSON
    private let state: Mutex<State>

    /// - Parameter trigger: what expressions see as `trigger`.
    init(document: JSON, trigger: JSON, at now: Timestamp) {
        self.document = document
        let record = RunRecord(
            id: .new(at: now), tenant: .initial, workflow: .new(at: now), workflowName: document["name"]?.string ?? "",
            version: 1, status: .queued, trigger: trigger["kind"]?.string ?? "manual", createdAt: now)
        let started = JournalEntry(sequence: 1, at: now, kind: .runStarted, data: ["trigger": trigger])
        state = Mutex(State(record: record, entries: [started]))
    }

    var record: RunRecord { state.withLock { $0.record } }
    var entries: [JournalEntry] { state.withLock { $0.entries } }
    var log: [StepLogLine] { state.withLock { $0.log } }

    func requestCancel() { state.withLock { $0.isCancelled = true } }

    func lease(limit: Int, worker: String, at: Timestamp, abandonedBefore: Timestamp) async throws -> [LeasedRun] {
        state.withLock { state in
            guard !state.isLeased, !state.record.status.isTerminal else { return [] }
            state.isLeased = true
            state.record.status = .running
            state.record.startedAt = at
            return [
                LeasedRun(record: state.record, worker: worker, epoch: 1, document: document, entries: state.entries)
            ]
        }
    }

    func append(_ entries: [JournalEntry], log: [StepLogLine], to run: LeasedRun, status: RunStatus) async throws {
        state.withLock { state in
            state.entries += entries
            state.log += log
            state.record.status = status
            guard status.isTerminal, let last = entries.last else { return }
            state.record.finishedAt = last.at
            state.record.error = last.data["error"] ?? .null
        }
    }

    func register(worker: String, at: Timestamp) async throws {}

    func heartbeat(worker: String, at: Timestamp) async throws -> Bool { true }

    func cancellations(worker: String) async throws -> [RunID] {
        state.withLock { $0.isCancelled && !$0.record.status.isTerminal ? [$0.record.id] : [] }
    }

    func held(worker: String) async throws -> [RunID] { [] }

    /// Nobody else could wake it: it stays in hand.
    func park(_ run: LeasedRun, until: Timestamp) async throws -> Parking { .kept }

    func release(_ runs: [LeasedRun]) async throws { state.withLock { $0.isLeased = false } }

    func release(worker: String, except known: [RunID]) async throws {
        state.withLock { state in
            if !known.contains(state.record.id) { state.isLeased = false }
        }
    }
}
