import Logging
import PatchbayCore
import PatchbayPostgres
import Synchronization

/// Stores deliveries by group commit: what arrives while a transaction is being written waits and is written together in
/// the next one, as one statement. Whoever gave it goes on after the commit. What may wait is bounded; beyond that callers
/// are turned away, so that a host that cannot keep up says so instead of growing.
final class DeliveryWriter: Sendable {
    /// A second one opens when enough has gathered while the first waits for the disk.
    private static let lanes = 2
    private static let leastForAnother = 24
    /// Deliveries that may wait, and their bytes: some seconds of what a database takes.
    private static let mostWaiting = 10_000
    private static let mostBytes = 256 << 20
    /// From so many on other work should wait.
    private static let pressure = 8

    private struct Part: Sendable {
        let delivery: DeliveryRow
        let continuation: CheckedContinuation<Bool, any Error>

        /// What a row takes besides the body is about this.
        var size: Int { (delivery.body?.count ?? 0) + 1_024 }
    }

    private struct State {
        var waiting = WriteQueue<Part>(size: \.size, worker: { _ in nil })
        var bytes = 0
        var free = Array(0..<DeliveryWriter.lanes)
    }

    private let target: PostgresTarget
    private let log: Logger
    private let state = Mutex(State())
    private let executors = (0..<DeliveryWriter.lanes).map { BlockingExecutor(label: "patchbay.deliveries.\($0)") }
    private let connections = Mutex([PostgresConnection?](repeating: nil, count: DeliveryWriter.lanes))

    init(_ target: PostgresTarget, log: Logger) {
        self.target = target
        self.log = log
    }

    var isPressed: Bool { state.withLock { $0.waiting.count >= Self.pressure } }

    /// Returns when the delivery is on disk; also for a cancelled caller. False when nothing was written: a delivery of that
    /// name is there, or the webhook or workflow is another by now. Throws `DeliveriesFull`.
    func write(_ delivery: DeliveryRow) async throws -> Bool {
        try await withCheckedThrowingContinuation { continuation in
            let part = Part(delivery: delivery, continuation: continuation)
            let (isTaken, lane) = state.withLock { state -> (Bool, Int?) in
                guard state.waiting.count < Self.mostWaiting, state.bytes + part.size <= Self.mostBytes else {
                    return (false, nil)
                }
                state.waiting.add(part)
                state.bytes += part.size
                let isIdle = state.free.count == Self.lanes
                guard isIdle || state.waiting.count >= Self.leastForAnother else { return (true, nil) }
                return (true, state.free.popLast())
            }
            guard isTaken else { return continuation.resume(throwing: DeliveriesFull()) }
            // The task ends with the work; whoever waits for it holds the writer.
            if let lane { Task(executorPreference: executors[lane]) { await self.writeAll(in: lane) } }
        }
    }

    /// Closes the connections; what comes later opens new ones.
    func close() async {
        for lane in 0..<Self.lanes { await connections.withLock { $0[lane] }?.close() }
    }

    private func writeAll(in lane: Int) async {
        while let batch = nextBatch(in: lane) { await write(batch, in: lane) }
    }

    private func nextBatch(in lane: Int) -> [Part]? {
        state.withLock { state in
            let batch = state.waiting.next()
            guard batch.isEmpty else {
                state.bytes -= batch.reduce(0) { $0 + $1.size }
                return batch
            }
            state.free.append(lane)
            return nil
        }
    }

    private func write(_ parts: [Part], in lane: Int) async {
        do {
            let written = try await overConnection(of: lane) { connection in
                try await connection.pipeline([
                    PostgresStatement(
                        Self.insert, DeliveryRows.columns(parts.map(\.delivery)), isPrepared: true)
                ])[0].map { try $0.id("delivery_id", of: DeliveryTag.self) }
            }
            let known = Set(written)
            for part in parts { part.continuation.resume(returning: known.contains(part.delivery.record.id)) }
        } catch let error as PostgresError where parts.count > 1 && Self.isAboutContent(error) {
            log.warning(
                "a batch of deliveries was refused and is written one by one",
                metadata: ["patchbay.batch": "\(parts.count)", "error": "\(error)"])
            for part in parts { await write([part], in: lane) }
        } catch let error as PostgresError where parts.count == 1 && error.code == .uniqueViolation {
            // It is there under its own id: an earlier attempt wrote it, whose acknowledgement was lost.
            parts[0].continuation.resume(returning: true)
        } catch {
            for part in parts { part.continuation.resume(throwing: error) }
        }
    }

    /// Lends the lane's connection; once more with a new one when it breaks. What was written all the same is recognised by
    /// its id.
    private func overConnection<Value: Sendable>(
        of lane: Int, _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        if let known = connections.withLock({ $0[lane] }), known.isReusable {
            do {
                return try await body(known)
            } catch let error as PostgresError where error.code == .connectionLost {
                log.info("the database connection of deliveries was lost and is replaced")
            }
        }
        connections.withLock { $0[lane] = nil }
        let fresh = try await PostgresConnection.connect(to: target, on: executors[lane])
        try await fresh.execute(Self.settings)
        connections.withLock { $0[lane] = fresh }
        return try await body(fresh)
    }

    /// Each row by its key, whatever the tables' statistics said when the statement was planned.
    private static let settings = """
        set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_bitmapscan = off;
        set enable_hashjoin = off; set enable_mergejoin = off
        """

    /// Whether the refusal may be one delivery's fault; otherwise each of them would meet the same.
    private static func isAboutContent(_ error: PostgresError) -> Bool {
        [.invalidValue, .checkViolation, .notNullViolation, .uniqueViolation].contains(error.code)
            || error.sqlState?.hasPrefix("54") == true
    }

    /// Accepted ones only as long as webhook and workflow are what the host took them for; no other of the same name.
    private static let insert = """
        with stored as (
            insert into webhook_deliveries (\(DeliveryRows.names))
            select \(DeliveryRows.names)
            from unnest(\(DeliveryRows.arrays)) as new (\(DeliveryRows.names), revision)
            where verdict <> 'accepted' or (
                exists (
                    select from workflows f
                    where f.tenant_id = new.tenant_id and f.workflow_id = new.workflow_id and f.version = new.version
                        and f.status = 'active' and f.deleted_at is null)
                and exists (
                    select from webhooks w
                    where w.endpoint = new.endpoint and w.webhook_id = new.webhook_id and w.revision = new.revision))
            on conflict (tenant_id, webhook_id, key) where key is not null do nothing
            returning tenant_id, delivery_id, webhook_id, received_at, verdict
        ), queued as (
            insert into webhook_queue (tenant_id, delivery_id, webhook_id, claimed_at)
            select tenant_id, delivery_id, webhook_id, received_at from stored where verdict = 'accepted'
        )
        select delivery_id from stored
        """
}
