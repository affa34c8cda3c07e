import PatchbayCore
import PatchbayJSON
import Synchronization

@testable import PatchbayEngine

/// Journal and run store in memory, with the durable ones' rules, that fails where a test wants it to.
final class MemoryStore: Journal, RunStore, RunMessages {
    struct Outage: Error {}

    struct Stored {
        var record: RunRecord
        var entries: [JournalEntry]
        var log: [StepLogLine] = []
        var deliveryKey: String?
        var worker: String?
        var epoch = 0
        var isCancelWanted = false
        var isHeld = false
        var parkedUntil: Timestamp?
        var messages: [RunMessage] = []
        var isSignalled = false
    }

    private struct State {
        var isParking = false
        var runs: [RunID: Stored] = [:]
        var order: [RunID] = []
        var heartbeats: [String: Timestamp] = [:]
        var appends = 0
        var faults: @Sendable (Fault, Int) throws -> Void = { _, _ in }
        var onAccepted: @Sendable (RunRecord) async throws -> Void = { _ in }
    }

    /// What every workflow consists of; nil: a document that names the workflow.
    private let document: JSON?

    init(document: JSON? = nil) { self.document = document }

    enum Fault { case read, lease, leased, append, appended, heartbeat, release }

    private let state = Mutex(State())
    private let changes = Bell()

    /// Called at every door; what it throws is thrown. The number counts appends, from 1.
    func onEach(_ faults: @escaping @Sendable (Fault, Int) throws -> Void) {
        state.withLock { $0.faults = faults }
    }

    /// Called when a run is stored and its starter has not heard of it yet; what it throws the starter hears instead.
    func onAccepted(_ body: @escaping @Sendable (RunRecord) async throws -> Void) {
        state.withLock { $0.onAccepted = body }
    }

    /// Declares a worker dead, as others do when it is silent.
    func bury(_ worker: String) { change { $0.heartbeats[worker] = nil } }

    private func pass(_ fault: Fault) throws {
        let (faults, appends) = state.withLock { state in
            if fault == .append { state.appends += 1 }
            return (state.faults, state.appends)
        }
        try faults(fault, appends)
    }

    /// Takes all runs away from whoever has them.
    func fenceAll(by worker: String?) {
        state.withLock { state in
            if let worker { state.heartbeats[worker] = Timestamp(milliseconds: .max) }
            for id in state.order {
                state.runs[id]?.epoch += 1
                state.runs[id]?.worker = worker
            }
        }
    }

    /// In the order they were stored.
    var all: [RunID] { state.withLock { $0.order } }

    func stored(_ id: RunID) -> Stored { state.withLock { $0.runs[id]! } }

    /// Waits until what is stored of a run is as it should be.
    @discardableResult
    func wait(for id: RunID, until isRight: (Stored) -> Bool) async -> Stored {
        while !Task.isCancelled {
            let heard = changes.rings
            let now = stored(id)
            if isRight(now) { return now }
            await changes.wait(past: heard)
        }
        return stored(id)
    }

    @discardableResult
    func end(of id: RunID) async -> Stored { await wait(for: id) { $0.record.status.isTerminal } }

    func heartbeat(of worker: String) -> Timestamp? { state.withLock { $0.heartbeats[worker] } }

    func waitForHeartbeat(of worker: String, at moment: Timestamp) async {
        while !Task.isCancelled {
            let heard = changes.rings
            if let last = heartbeat(of: worker), last >= moment { return }
            await changes.wait(past: heard)
        }
    }

    private func change<T>(_ body: (inout sending State) throws -> sending T) rethrows -> T {
        defer { changes.ring() }
        return try state.withLock(body)
    }

    // MARK: Journal

    func lease(limit: Int, worker: String, at now: Timestamp, abandonedBefore: Timestamp) async throws -> [LeasedRun] {
        try pass(.lease)
        let leased: [LeasedRun] = try change { state in
            state.heartbeats = state.heartbeats.filter { $0.key == worker || $0.value >= abandonedBefore }
            guard state.heartbeats[worker] != nil else { throw JournalError.unknownWorker }
            var leased: [LeasedRun] = []
            for id in state.order where leased.count < limit {
                guard var run = state.runs[id], !run.record.status.isTerminal else { continue }
                // A worker that has its own runs still is never silent to itself.
                if run.worker == worker || run.parkedUntil != nil { continue }
                if let owner = run.worker, state.heartbeats[owner] != nil { continue }
                run.worker = worker
                run.isSignalled = false
                run.epoch += 1
                run.record.status = .running
                run.record.startedAt = run.record.startedAt ?? now
                state.runs[id] = run
                leased.append(
                    LeasedRun(
                        record: run.record, worker: worker, epoch: run.epoch,
                        document: document ?? ["workflow": .string(run.record.workflow.description)],
                        entries: run.entries, isCancelRequested: run.isCancelWanted, messages: run.messages))
            }
            return leased
        }
        try pass(.leased)
        return leased
    }

    func append(_ entries: [JournalEntry], log: [StepLogLine], to run: LeasedRun, status: RunStatus) async throws {
        try pass(.append)
        try change { state in
            guard var stored = state.runs[run.record.id], stored.epoch == run.epoch, !stored.record.status.isTerminal
            else { throw JournalError.leaseLost(run.record.id) }
            guard entries.first?.sequence == stored.entries.count + 1 else { throw Outage() }
            stored.entries += entries
            stored.log += log
            stored.record.status = status
            if status.isTerminal {
                stored.record.finishedAt = entries.last?.at
                stored.record.error = entries.last?.data["error"] ?? .null
                stored.worker = nil
                Self.tellParent(of: stored, in: &state)
            }
            state.runs[run.record.id] = stored
        }
        try pass(.appended)
    }

    func register(worker: String, at now: Timestamp) async throws {
        try pass(.heartbeat)
        change { $0.heartbeats[worker] = now }
    }

    func heartbeat(worker: String, at now: Timestamp) async throws -> Bool {
        try pass(.heartbeat)
        return change { state in
            guard state.heartbeats[worker] != nil else { return false }
            state.heartbeats[worker] = now
            return true
        }
    }

    func cancellations(worker: String) async throws -> [RunID] {
        state.withLock { state in
            state.runs.values.filter { $0.worker == worker && $0.isCancelWanted && !$0.record.status.isTerminal }
                .map(\.record.id)
        }
    }

    func held(worker: String) async throws -> [RunID] {
        state.withLock { state in
            state.runs.values.filter { $0.worker == worker && $0.isHeld }.map(\.record.id)
        }
    }

    func park(_ run: LeasedRun, until: Timestamp) async throws -> Parking {
        change { state in
            guard state.isParking, state.runs[run.record.id]?.epoch == run.epoch else { return .kept }
            state.runs[run.record.id]?.worker = nil
            guard state.runs[run.record.id]?.isSignalled == false else { return .freed }
            state.runs[run.record.id]?.parkedUntil = until
            return .parked
        }
    }

    /// Lets runs be parked.
    func allowParking() { change { $0.isParking = true } }

    /// Lets a parked run be taken on again.
    func unpark(_ id: RunID) { change { $0.runs[id]?.parkedUntil = nil } }

    /// Wants a run given up at its next step.
    func hold(_ id: RunID) { change { $0.runs[id]?.isHeld = true } }

    func release(_ runs: [LeasedRun]) async throws {
        try pass(.release)
        change { state in
            for run in runs where state.runs[run.record.id]?.epoch == run.epoch {
                state.runs[run.record.id]?.worker = nil
            }
        }
    }

    func release(worker: String, except known: [RunID]) async throws {
        try pass(.release)
        change { state in
            for id in state.order where state.runs[id]?.worker == worker && !known.contains(id) {
                state.runs[id]?.worker = nil
            }
        }
    }

    // MARK: RunStore

    func accept(_ run: NewRun) async throws -> RunRecord {
        if run.mustBeNewest { throw WorkflowMoved() }
        let record: RunRecord = change { state in
            let same = state.order.compactMap { state.runs[$0] }.first {
                run.deliveryKey != nil && $0.deliveryKey == run.deliveryKey && $0.record.workflow == run.record.workflow
            }
            if let same { return same.record }
            var stored = Stored(record: run.record, entries: [run.started], deliveryKey: run.deliveryKey)
            if let lease = run.lease, state.heartbeats[lease.worker] != nil {
                stored.worker = lease.worker
                stored.epoch = FirstLease.epoch
                stored.entries += lease.entries
                stored.record.status = .running
                stored.record.startedAt = run.record.createdAt
            }
            state.runs[run.record.id] = stored
            state.order.append(run.record.id)
            return stored.record
        }
        try await state.withLock { $0.onAccepted }(record)
        return record
    }

    func run(_ id: RunID, in tenant: TenantID) async throws -> RunRecord? { state.withLock { $0.runs[id]?.record } }

    func runs(in tenant: TenantID, matching filter: RunFilter, page: PageRequest) async throws -> Page<RunRecord> {
        Page(
            items: state.withLock { state in
                state.order.compactMap { state.runs[$0]?.record }.filter { $0.tenant == tenant }
            }, next: nil)
    }

    func last(
        of kinds: [JournalEntry.Kind], in run: RunID, tenant: TenantID
    ) async throws -> JournalEntry? {
        try pass(.read)
        return stored(run).entries.last { kinds.contains($0.kind) }
    }

    func entries(
        of id: RunID, in tenant: TenantID, after sequence: Int, limit: Int
    ) async throws -> [JournalEntry] {
        Array(try await entries(of: id, in: tenant).filter { $0.sequence > sequence }.prefix(limit))
    }

    func changes(in tenant: TenantID, after cursor: RunChange.Cursor, limit: Int) async throws -> [RunChange] { [] }

    func latestChange(in tenant: TenantID) async throws -> RunChange.Cursor {
        RunChange.Cursor(transaction: 0, run: RunID(high: 0, low: 0), sequence: 0)
    }

    func entries(of id: RunID, in tenant: TenantID) async throws -> [JournalEntry] {
        state.withLock { $0.runs[id]?.entries ?? [] }
    }

    func log(of id: RunID, in tenant: TenantID, page: PageRequest) async throws -> Page<StepLogLine> {
        Page(items: state.withLock { $0.runs[id]?.log ?? [] }, next: nil)
    }

    func dismiss(_ runs: [RunID], in tenant: TenantID, at: Timestamp) async throws -> [RunID] { [] }

    func requestCancel(_ id: RunID, in tenant: TenantID, at now: Timestamp) async -> Bool {
        change { state in
            guard var run = state.runs[id], !run.record.status.isTerminal else { return false }
            run.isCancelWanted = true
            run.parkedUntil = nil
            if run.epoch == 0 {
                for kind in [JournalEntry.Kind.cancelRequested, .runCancelled] {
                    run.entries.append(JournalEntry(sequence: run.entries.count + 1, at: now, kind: kind))
                }
                run.record.status = .cancelled
                Self.tellParent(of: run, in: &state)
            }
            state.runs[id] = run
            return true
        }
    }
}

// MARK: Messages

extension MemoryStore {
    func send(_ message: RunMessage, to run: RunID, in tenant: TenantID, at: Timestamp) async throws -> Bool {
        change { state in
            guard state.runs[run]?.record.status.isTerminal == false else { return false }
            Self.put(message, to: run, in: &state)
            return true
        }
    }

    func messages(for run: RunID, in tenant: TenantID) async throws -> [RunMessage] { stored(run).messages }

    func addressees(worker: String) async throws -> [RunID] {
        all.filter { stored($0).worker == worker && !stored($0).messages.isEmpty }
    }

    func forget(_ messages: [RunMessage], of run: RunID, in tenant: TenantID) async throws {
        change { $0.runs[run]?.messages.removeAll { messages.contains($0) } }
    }

    private static func put(_ message: RunMessage, to run: RunID, in state: inout State) {
        if state.runs[run]?.messages.contains(where: { $0.kind == message.kind && $0.id == message.id }) == false {
            state.runs[run]?.messages.append(message)
        }
        state.runs[run]?.isSignalled = true
        state.runs[run]?.parkedUntil = nil
    }

    private static func tellParent(of run: Stored, in state: inout State) {
        guard let parent = run.entries.first?.data["parent"], parent["awaits"] == true,
            let id = parent["run"]?.string.flatMap({ RunID($0) })
        else { return }
        put(RunMessage(kind: .child, id: run.record.id.uuid, data: parent), to: id, in: &state)
    }
}
