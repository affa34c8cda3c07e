import Logging
import PatchbayCore
import PatchbayPostgres
import Synchronization

/// Group commit: what arrives while a transaction is being written waits and is written together in the next one, so
/// that many runs share one flush to disk. Each caller goes on only after the commit that holds what it gave.
///
/// There are a few lanes, each with a connection of its own. New runs have two to themselves, since somebody waits for the
/// answer: they stand behind no steps. Of either kind, the second lane opens only when enough has gathered while the first
/// waits for the disk. A run has at most one thing under way, so lanes never change its order.
///
/// Runs of a worker that was declared dead are refused together. When the server refuses a whole batch, its parts are
/// written one by one, so that only the one at fault fails.
final class JournalWriter: Sendable {
    /// The first ones are those of new runs.
    private static let lanes = 4
    private static let lanesOfStarts = 2
    /// The one whose thread a run that is alone may be carried out on. It is opened last for others, who so do not wait for
    /// what that run does.
    private static let homeLane = lanes - 1
    /// What must have gathered before another lane opens.
    private static let leastForAnother = 24

    private enum Part: Sendable {
        case append(JournalAppend, CheckedContinuation<Void, any Error>)
        case accept(RunAcceptance, @Sendable (Result<RunRecord, any Error>) -> Void)

        var size: Int {
            switch self {
            case .append(let append, _): append.size
            case .accept(let accept, _): accept.size
            }
        }

        var isStart: Bool {
            if case .accept = self { true } else { false }
        }

        var worker: String? {
            switch self {
            case .append(let append, _): append.worker
            case .accept(let accept, _): accept.run.lease?.worker
            }
        }
    }

    /// Parts of one kind, and the lanes they are written in.
    private struct Track {
        let lanes: Range<Int>
        var waiting = WriteQueue<Part>(size: \.size, worker: \.worker)
        var free: [Int]

        init(_ lanes: Range<Int>) {
            self.lanes = lanes
            free = Array(lanes)
        }

        /// The lane that opens for a part: the one on whose thread it was made, where that is free.
        mutating func add(_ part: Part, on own: Int?) -> Int? {
            waiting.add(part)
            let isFirst = free.count == lanes.count
            guard isFirst || waiting.count >= JournalWriter.leastForAnother else { return nil }
            guard let lane = free.contains(where: { $0 == own }) ? own : free.min() else { return nil }
            free.removeAll { $0 == lane }
            return lane
        }

        /// What is written next in a lane, which is free again when there is nothing.
        mutating func next(in lane: Int) -> [Part]? {
            let batch = waiting.next()
            guard batch.isEmpty else { return batch }
            free.append(lane)
            return nil
        }
    }

    private struct State {
        var starts = Track(0..<JournalWriter.lanesOfStarts)
        var steps = Track(JournalWriter.lanesOfStarts..<JournalWriter.lanes)
    }

    private let target: PostgresTarget
    private let meter: UsageMeter
    /// Puts the events of new runs into their chains.
    let audit: PostgresAuditLog?
    private let log: Logger
    private let state = Mutex(State())
    private let pressure = Mutex(StartPressure())
    /// Each lane works on its connection's thread, also between the statements.
    private let executors = (0..<JournalWriter.lanes).map { BlockingExecutor(label: "patchbay.journal.\($0)") }
    /// See `Journal.home`.
    var home: any TaskExecutor { executors[Self.homeLane] }
    private let connections = Mutex([PostgresConnection?](repeating: nil, count: JournalWriter.lanes))

    init(_ target: PostgresTarget, meter: UsageMeter, audit: PostgresAuditLog?, log: Logger) {
        self.target = target
        self.audit = audit
        self.meter = meter
        self.log = log
    }

    /// Returns when the append is on disk; also for a cancelled caller, because what is being written cannot be called
    /// back.
    func append(_ append: JournalAppend) async throws {
        try await withCheckedThrowingContinuation { add(.append(append, $0)) }
    }

    /// Returns when the run is on disk, with what is stored: another run when its key was used before, and a queued one
    /// when the worker of its lease was declared dead.
    func accept(_ accept: RunAcceptance) async throws -> RunRecord {
        try await withCheckedThrowingContinuation { continuation in
            self.accept(accept) { continuation.resume(with: $0) }
        }
    }

    /// The same for whoever has no task; `then` is called on the writer's thread.
    func accept(_ accept: RunAcceptance, then: @escaping @Sendable (Result<RunRecord, any Error>) -> Void) {
        guard accept.run.waiter == .start else { return add(.accept(accept, then)) }
        let tenant = accept.run.record.tenant
        pressure.withLock { $0.add(tenant, at: .now) }
        add(
            .accept(accept) { result in
                self.pressure.withLock { $0.remove(tenant) }
                then(result)
            })
    }

    /// See `Journal`.
    func isPressed(by tenant: TenantID) -> Bool { pressure.withLock { $0.isPressed(by: tenant, at: .now) } }

    /// Closes the connections; what comes later opens new ones.
    func close() async {
        for lane in 0..<Self.lanes { await connections.withLock { $0[lane] }?.close() }
    }

    private func add(_ part: Part) {
        let own = executors[Self.homeLane].isCurrent ? Self.homeLane : nil
        let lane = state.withLock { part.isStart ? $0.starts.add(part, on: nil) : $0.steps.add(part, on: own) }
        // The task ends with the work; whoever waits for it holds the writer.
        if let lane { Task(executorPreference: executors[lane]) { await self.writeAll(in: lane) } }
    }

    private func writeAll(in lane: Int) async {
        while let batch = nextBatch(in: lane) { await write(batch, in: lane) }
    }

    /// What is to be written next, of one worker; the lane is free again when there is nothing.
    private func nextBatch(in lane: Int) -> [Part]? {
        state.withLock { state in
            state.starts.lanes.contains(lane) ? state.starts.next(in: lane) : state.steps.next(in: lane)
        }
    }

    private func write(_ parts: [Part], in lane: Int) async {
        do {
            let batch = Self.batch(of: parts)
            let receipt = try await overConnection(of: lane) { try await self.commit(batch, over: $0) }
            count(parts, receipt)
            let events = batch.accepts.count { $0.run.audit != nil }
            if events > 0 { audit?.note(events) }
            for part in parts { answer(part, receipt) }
        } catch  where parts.count > 1 && Self.isAboutContent(error) {
            log.warning(
                "a batch of journal entries was refused and is written one by one",
                metadata: ["patchbay.batch": "\(parts.count)", "error": "\(error)"])
            for part in parts { await write([part], in: lane) }
        } catch {
            await answer(parts, error, in: lane)
        }
    }

    private static func batch(of parts: [Part]) -> WriteBatch {
        var accepts: [RunAcceptance] = []
        var appends: [JournalAppend] = []
        for part in parts {
            switch part {
            case .append(let append, _): appends.append(append)
            case .accept(let accept, _): accepts.append(accept)
            }
        }
        return WriteBatch(worker: parts.lazy.compactMap(\.worker).first, accepts: accepts, appends: appends)
    }

    /// What a batch that is on disk was for its tenants.
    private func count(_ parts: [Part], _ receipt: Receipt) {
        var amounts: [UsageMeter.Key: UsageMeter.Amount] = [:]
        for part in parts {
            switch part {
            case .append(let append, _):
                guard receipt.isWorkerAlive, let last = append.entries.last else { continue }
                amounts[UsageMeter.Key(append.tenant, at: last.at), default: UsageMeter.Amount()] += append.amount
            case .accept(let accept, _):
                guard receipt.accepted.contains(accept.run.record.id) else { continue }
                let key = UsageMeter.Key(accept.run.record.tenant, at: accept.run.record.createdAt)
                amounts[key, default: UsageMeter.Amount()] += accept.amount
            }
        }
        meter.add(amounts)
    }

    private func answer(_ part: Part, _ receipt: Receipt) {
        switch part {
        case .append(let append, let continuation):
            if receipt.isWorkerAlive {
                continuation.resume()
            } else {
                continuation.resume(throwing: JournalError.leaseLost(append.run))
            }
        case .accept(let accept, let then):
            if let key = RunKey(accept.run), let stored = receipt.keyed[key] {
                then(.success(stored))
            } else if accept.isCertain || receipt.accepted.contains(accept.run.record.id) {
                then(.success(accept.record))
            } else if accept.run.lease != nil {
                add(.accept(accept.unleased, then))
            } else {
                then(.failure(WorkflowMoved()))
            }
        }
    }

    /// Answers a batch that was not written, which has one part unless the fault is the connection's.
    private func answer(_ parts: [Part], _ error: any Error, in lane: Int) async {
        var error = error
        if parts.count == 1, (error as? PostgresError)?.code == .uniqueViolation {
            do {
                if try await resolve(parts[0], in: lane) { return }
            } catch let other {
                error = other
            }
        }
        for part in parts {
            switch part {
            case .append(let append, let continuation):
                continuation.resume(
                    throwing: Self.isRefusal(error) ? JournalError.refused(append.run, reason: "\(error)") : error)
            case .accept(_, let then):
                then(.failure(error))
            }
        }
    }

    /// Answers a part whose rows are there already: an earlier attempt wrote them, or another worker.
    private func resolve(_ part: Part, in lane: Int) async throws -> Bool {
        switch part {
        case .append(let append, let continuation):
            let isStored = try await overConnection(of: lane) { try await self.isStored(append, over: $0) }
            if isStored {
                continuation.resume()
            } else {
                continuation.resume(throwing: JournalError.leaseLost(append.run))
            }
            return true
        case .accept(let accept, let then):
            guard let stored = try await overConnection(of: lane, { try await self.stored(accept, over: $0) }) else {
                return false
            }
            then(.success(stored))
            return true
        }
    }

    /// Lends the lane's connection. When it breaks, `body` is called once more with a new one: the server may have been
    /// restarted since the last time, and what was written all the same is recognised by its keys.
    private func overConnection<Value: Sendable>(
        of lane: Int, _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        if let known = connections.withLock({ $0[lane] }), known.isReusable {
            do {
                return try await body(known)
            } catch let error as PostgresError where error.code == .connectionLost {
                log.info("the writer's database connection was lost and is replaced")
            }
        }
        connections.withLock { $0[lane] = nil }
        let fresh = try await PostgresConnection.connect(to: target, on: executors[lane])
        try await fresh.execute(Self.settings)
        connections.withLock { $0[lane] = fresh }
        return try await body(fresh)
    }

    /// A few statements with arrays of a few rows, again and again: each row by its key, whatever the tables' statistics
    /// said when the statement was planned.
    private static let settings = """
        set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_bitmapscan = off;
        set enable_hashjoin = off; set enable_mergejoin = off
        """

    /// Whether the entries are such that the server will never take them.
    private static func isRefusal(_ error: any Error) -> Bool {
        guard let error = error as? PostgresError else { return false }
        // Class 54: a value or statement beyond what the server is built for.
        return [.invalidValue, .checkViolation, .notNullViolation].contains(error.code)
            || error.sqlState?.hasPrefix("54") == true
    }

    /// Whether the refusal may be one part's fault; otherwise each of them would meet the same.
    private static func isAboutContent(_ error: any Error) -> Bool {
        guard let code = (error as? PostgresError)?.code else { return true }
        return ![.connectionLost, .unreachable, .poolExhausted, .closed, .cancelled].contains(code)
    }
}
