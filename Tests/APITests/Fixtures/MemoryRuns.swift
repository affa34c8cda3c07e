import PatchbayCore
import PatchbayJSON
import Synchronization

/// Runs as the real store keeps them, for the API and for a worker.
final class MemoryRuns: RunStore {
    struct Kept {
        var record: RunRecord
        var deliveryKey: String?
        var entries: [JournalEntry]
        var log: [StepLogLine] = []
        var epoch = 0
        var worker: String?
        var isCancelRequested = false
        var messages: [RunMessage] = []
        var isDismissed = false

        var isDeadLetter: Bool { record.status == .failed && record.retriedBy == nil && !isDismissed }
    }

    let kept = Mutex<[Kept]>([])
    let workflows: MemoryWorkflows
    let audit: MemoryAudit

    init(workflows: MemoryWorkflows, audit: MemoryAudit) {
        self.workflows = workflows
        self.audit = audit
    }

    /// Starts that came without a task.
    let atOnce = Mutex(0)
    let attempts = Mutex(0)
    /// What storing fails with.
    let fault = Mutex<(any Error)?>(nil)

    func isReady(for tenant: TenantID, at moment: Timestamp) -> Bool { true }

    func accept(_ run: NewRun, then: @escaping @Sendable (Result<RunRecord, any Error>) -> Void) {
        atOnce.withLock { $0 += 1 }
        Task {
            do { then(.success(try await accept(run))) } catch { then(.failure(error)) }
        }
    }

    func accept(_ run: NewRun) async throws -> RunRecord {
        attempts.withLock { $0 += 1 }
        if let fault = fault.withLock({ $0 }) { throw fault }
        let newest = try await workflows.workflow(run.record.workflow, in: run.record.tenant)
        let stored = try store(run, newest)
        if stored.id == run.record.id, let event = run.audit { try await audit.append([event]) }
        return stored
    }

    private func store(_ run: NewRun, _ newest: WorkflowRecord?) throws -> RunRecord {
        try kept.withLock { kept in
            let same = kept.first {
                $0.deliveryKey != nil && $0.deliveryKey == run.deliveryKey && $0.record.workflow == run.record.workflow
            }
            if let same { return same.record }
            if run.mustBeNewest, newest?.version != run.record.version || newest?.status != .active {
                throw WorkflowMoved()
            }
            var record = run.record
            if let fork = run.fork, let index = kept.firstIndex(where: { $0.record.id == fork.original }) {
                if fork.isOnce, kept[index].record.retriedBy != nil {
                    throw StoreConflict.alreadyRetried(fork.original)
                }
                kept[index].record.retriedBy = record.id
                record.retryOf = fork.original
            }
            kept.append(
                Kept(record: record, deliveryKey: run.deliveryKey, entries: [run.started] + (run.fork?.entries ?? [])))
            return record
        }
    }

    func run(_ id: RunID, in tenant: TenantID) async throws -> RunRecord? { find(id, tenant)?.record }

    func runs(in tenant: TenantID, matching filter: RunFilter, page: PageRequest) async throws -> Page<RunRecord> {
        let all = kept.withLock { $0 }.filter { run in
            guard run.record.tenant == tenant else { return false }
            if filter.isDeadLetter, !run.isDeadLetter { return false }
            if filter.isUnretried, run.record.retriedBy != nil { return false }
            return Self.matches(run.record, filter)
        }.map(\.record)
        return try Page(of: all.reversed(), page)
    }

    private static func matches(_ record: RunRecord, _ filter: RunFilter) -> Bool {
        if let workflow = filter.workflow, workflow != record.workflow { return false }
        if !filter.statuses.isEmpty, !filter.statuses.contains(record.status) { return false }
        if let trigger = filter.trigger, trigger != record.trigger { return false }
        if let from = filter.from, record.createdAt < from { return false }
        if let before = filter.before, record.createdAt >= before { return false }
        guard let text = filter.text else { return true }
        return record.workflowName.lowercased().contains(text.lowercased())
    }

    func entries(of id: RunID, in tenant: TenantID) async throws -> [JournalEntry] { find(id, tenant)?.entries ?? [] }

    func entries(
        of id: RunID, in tenant: TenantID, after sequence: Int, limit: Int
    ) async throws -> [JournalEntry] {
        Array((find(id, tenant)?.entries ?? []).filter { $0.sequence > sequence }.prefix(limit))
    }

    /// One transaction for each millisecond.
    func changes(
        in tenant: TenantID, after cursor: RunChange.Cursor, limit: Int
    ) async throws -> [RunChange] {
        let all = kept.withLock { $0 }.filter { $0.record.tenant == tenant }.flatMap { run in
            run.entries.filter { RunChange.kinds.contains($0.kind) }.map { entry in
                RunChange(
                    cursor: RunChange.Cursor(
                        transaction: UInt64(entry.at.milliseconds), run: run.record.id, sequence: entry.sequence),
                    run: run.record.id, workflow: run.record.workflow, workflowName: run.record.workflowName,
                    kind: entry.kind, at: entry.at, error: entry.data["error"] ?? .null)
            }
        }
        return Array(all.filter { $0.cursor > cursor }.sorted { $0.cursor < $1.cursor }.prefix(limit))
    }

    func dismiss(_ runs: [RunID], in tenant: TenantID, at: Timestamp) async throws -> [RunID] {
        runs.filter { id in
            change(id) { run in
                guard run.isDeadLetter, run.record.tenant == tenant else { return false }
                run.isDismissed = true
                return true
            } ?? false
        }
    }

    func latestChange(in tenant: TenantID) async throws -> RunChange.Cursor {
        let last = kept.withLock { $0.flatMap(\.entries).map(\.at.milliseconds).max() } ?? 0
        return RunChange.Cursor(transaction: UInt64(last), run: RunID(high: .max, low: .max), sequence: 0)
    }

    func log(of id: RunID, in tenant: TenantID, page: PageRequest) async throws -> Page<StepLogLine> {
        try Page(of: find(id, tenant)?.log ?? [], page)
    }

    func requestCancel(_ id: RunID, in tenant: TenantID, at: Timestamp) async throws -> Bool {
        change(id) { run in
            guard !run.record.status.isTerminal, run.record.tenant == tenant else { return false }
            run.isCancelRequested = true
            return true
        } ?? false
    }

    /// The trigger of a run, as expressions will read it.
    func trigger(of id: RunID) -> JSON? { find(id, .initial)?.entries.first?.data["trigger"] }

    func find(_ id: RunID, _ tenant: TenantID) -> Kept? {
        kept.withLock { $0.first { $0.record.id == id && $0.record.tenant == tenant } }
    }

    func change<Value: Sendable>(_ id: RunID, _ body: (inout Kept) throws -> Value) rethrows -> Value? {
        try kept.withLock { kept in
            guard let index = kept.firstIndex(where: { $0.record.id == id }) else { return nil }
            return try body(&kept[index])
        }
    }
}
