import Logging
import PatchbayPostgres
import Synchronization

/// Writes by group commit: what arrives while a transaction is being written waits and is written together in the next one, as
/// one statement. Whoever gave it goes on after the commit. What may wait is bounded; beyond that callers are turned away, so
/// that a host that cannot keep up says so instead of growing.
final class GroupWriter<Row: Sendable, Answer: Sendable>: Sendable {
    /// Writes rows and answers for each, in their order. Told whether an attempt came before whose end nobody knows.
    typealias Write = @Sendable (PostgresConnection, [Row], _ isRepeated: Bool) async throws -> [Answer]

    private struct Part: Sendable {
        let row: Row
        let then: @Sendable (Result<Answer, any Error>) -> Void
    }

    private struct State {
        var waiting: WriteQueue<Part>
        var bytes = 0
        /// Rows that are being written.
        var underWay = 0
        /// When so many were there that other work should wait.
        var pressedAt: ContinuousClock.Instant?
        var free: [Int]
    }

    private let target: PostgresTarget
    private let name: String
    private let log: Logger
    private let limits: Limits
    private let size: @Sendable (Row) -> Int
    private let write: Write
    private let state: Mutex<State>
    private let executors: [BlockingExecutor]
    private let connections: Mutex<[PostgresConnection?]>

    struct Limits: Sendable {
        /// A second one opens when enough has gathered while the first waits for the disk. Not sooner: what a statement costs
        /// is shared by its rows.
        var lanes = 2
        var leastForAnother = 64
        /// What may wait, and its bytes: some seconds of what a database takes.
        var mostWaiting = 10_000
        var mostBytes = 256 << 20
        /// From so many rows on other work should wait, until there were fewer for so long: between two commits there always are.
        var pressure = 16
        var relief = Duration.milliseconds(50)
    }

    /// - Parameters:
    ///   - name: What is written, for log lines.
    ///   - size: Of a row, in bytes, about.
    init(
        _ target: PostgresTarget, of name: String, limits: Limits = Limits(), log: Logger,
        size: @escaping @Sendable (Row) -> Int, write: @escaping Write
    ) {
        self.target = target
        self.name = name
        self.limits = limits
        self.log = log
        self.size = size
        self.write = write
        state = Mutex(
            State(
                waiting: WriteQueue<Part>(size: { size($0.row) }, worker: { _ in nil }),
                free: Array(0..<limits.lanes)))
        executors = (0..<limits.lanes).map { BlockingExecutor(label: "patchbay.\(name).\($0)") }
        connections = Mutex([PostgresConnection?](repeating: nil, count: limits.lanes))
    }

    /// Whether so much waits or is being written, or did so a moment ago, that other work should wait.
    var isPressed: Bool {
        guard let latest = state.withLock(\.pressedAt) else { return false }
        return .now - latest < limits.relief
    }

    /// Returns when the row is on disk; also for a cancelled caller. Throws `WriterFull`.
    func write(_ row: Row) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            if !write(row, then: { continuation.resume(with: $0) }) { continuation.resume(throwing: WriterFull()) }
        }
    }

    /// The same without a task that waits. False, and nothing else happens, when too much waits.
    func write(_ row: Row, then: @escaping @Sendable (Result<Answer, any Error>) -> Void) -> Bool {
        let (isTaken, lane) = state.withLock { state -> (Bool, Int?) in
            let size = size(row)
            guard state.waiting.count < limits.mostWaiting, state.bytes + size <= limits.mostBytes else {
                return (false, nil)
            }
            state.waiting.add(Part(row: row, then: then))
            state.bytes += size
            if state.waiting.count + state.underWay >= limits.pressure { state.pressedAt = .now }
            let isIdle = state.free.count == limits.lanes
            guard isIdle || state.waiting.count >= limits.leastForAnother else { return (true, nil) }
            return (true, state.free.popLast())
        }
        // The task ends with the work; whoever waits for it holds the writer.
        if let lane { Task(executorPreference: executors[lane]) { await self.writeAll(in: lane) } }
        return isTaken
    }

    /// Closes the connections; what comes later opens new ones.
    func close() async {
        for lane in 0..<limits.lanes { await connections.withLock { $0[lane] }?.close() }
    }

    private func writeAll(in lane: Int) async {
        while let batch = nextBatch(in: lane) {
            await write(batch, in: lane)
            state.withLock { $0.underWay -= batch.count }
        }
    }

    private func nextBatch(in lane: Int) -> [Part]? {
        state.withLock { state in
            let batch = state.waiting.next()
            guard batch.isEmpty else {
                state.bytes -= batch.reduce(0) { $0 + size($1.row) }
                state.underWay += batch.count
                return batch
            }
            state.free.append(lane)
            return nil
        }
    }

    private func write(_ parts: [Part], in lane: Int) async {
        do {
            let answers = try await overConnection(of: lane) { connection, isRepeated in
                try await write(connection, parts.map(\.row), isRepeated)
            }
            for (part, answer) in zip(parts, answers) { part.then(.success(answer)) }
        } catch let error as PostgresError where parts.count > 1 && Self.isAboutContent(error) {
            log.warning(
                "a batch was refused and is written one by one",
                metadata: ["rows": "\(name)", "patchbay.batch": "\(parts.count)", "error": "\(error)"])
            for part in parts { await write([part], in: lane) }
        } catch {
            for part in parts { part.then(.failure(error)) }
        }
    }

    /// Lends the lane's connection; once more with a new one when it breaks.
    private func overConnection<Value: Sendable>(
        of lane: Int, _ body: (PostgresConnection, Bool) async throws -> Value
    ) async throws -> Value {
        var isRepeated = false
        if let known = connections.withLock({ $0[lane] }), known.isReusable {
            do {
                return try await body(known, false)
            } catch let error as PostgresError where error.code == .connectionLost {
                log.info("a database connection was lost and is replaced", metadata: ["rows": "\(name)"])
                isRepeated = true
            }
        }
        connections.withLock { $0[lane] = nil }
        let fresh = try await PostgresConnection.connect(to: target, on: executors[lane])
        try await fresh.execute(Self.settings)
        connections.withLock { $0[lane] = fresh }
        return try await body(fresh, isRepeated)
    }

    /// Each row by its key, whatever the tables' statistics said when the statement was planned.
    private static var settings: String {
        """
        set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_bitmapscan = off;
        set enable_hashjoin = off; set enable_mergejoin = off
        """
    }

    /// Whether the refusal may be one row's fault; otherwise each of them would meet the same.
    private static func isAboutContent(_ error: PostgresError) -> Bool {
        [.invalidValue, .checkViolation, .notNullViolation, .uniqueViolation].contains(error.code)
            || error.sqlState?.hasPrefix("54") == true
    }
}

/// More waits to be written than may.
struct WriterFull: Error {}
