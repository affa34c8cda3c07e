package import Logging
package import PatchbayCore
package import PatchbayPostgres
import Synchronization

/// The audit log in PostgreSQL, written by group commit: what arrives while a transaction is being written waits, and is
/// written together in the next one, whichever tenants it is of. Whoever gave it goes on after the commit.
///
/// One connection writes for the whole process, so the chains of a process have one order. Between hosts the rows of the
/// chains' heads decide, which every transaction locks in the order of their tenants.
///
/// Events that are written in the transaction of what they tell about (`audit_pending`) are put into their chains from
/// there, some of a process's together, and by any host where that process died.
package final class PostgresAuditLog: AuditLog {
    /// More would be some ten seconds of a database that does nothing else.
    private static let mostWaiting = 100_000

    private struct Part: Sendable {
        let events: [AuditEvent]
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var queue = AuditQueue<Part>(atMost: PostgresAuditLog.mostWaiting, size: \.events.count)
        var isWriting = false
        /// Whether this process wrote events that nobody began to put into their chains.
        var hasPending = false
        /// Whether somebody will do so in a moment.
        var isAwaited = false
        /// Events that were written since somebody last looked at how many come.
        var arrived = 0
        var isCollecting = false
        /// Who waits until all that is pending stands in its chain.
        var settling: [CheckedContinuation<Void, any Error>] = []
        var hasJustWritten = false

        /// Both kinds take turns.
        mutating func next() -> Work? {
            isCollecting = false
            if !settling.isEmpty, queue.count == 0 || hasJustWritten {
                defer { settling = [] }
                (hasPending, isAwaited, isCollecting, hasJustWritten) = (false, false, true, false)
                return .collect(settling)
            }
            let batch = queue.next()
            hasJustWritten = !batch.isEmpty
            isWriting = hasJustWritten
            return batch.isEmpty ? nil : .write(batch)
        }
    }

    private enum Work {
        case write([Part])
        case collect([CheckedContinuation<Void, any Error>])
    }

    /// For how long events may wait for others of their kind.
    private static let gathering = Duration.milliseconds(50)
    /// How many in that time are a burst, which is answered first: its events wait until it is over.
    private static let burst = 128
    /// So often, then they do not wait any more.
    private static let mostGatherings = 20

    private let target: PostgresTarget
    private let log: Logger
    private let state = Mutex(State())
    private let executor = BlockingExecutor(label: "patchbay.audit")
    private let connection = Mutex<PostgresConnection?>(nil)
    /// Tenants whose chains are there.
    private let known = Mutex<Set<TenantID>>([.installation])

    /// - Parameter target: As the role that may append.
    package init(_ target: PostgresTarget, log: Logger) {
        self.target = target
        self.log = log
    }

    /// Also for a cancelled caller, because what is being written cannot be called back.
    package func append(_ events: [AuditEvent]) async throws {
        guard !events.isEmpty else { return }
        try await withCheckedThrowingContinuation { continuation in
            let (isTaken, isFirst, waiting) = state.withLock { state in
                guard state.queue.add(Part(events: events, continuation: continuation)) else {
                    return (false, false, state.queue.count)
                }
                defer { state.isWriting = true }
                return (true, !state.isWriting, state.queue.count)
            }
            guard isTaken else { return continuation.resume(throwing: AuditLogFull(waiting: waiting)) }
            // The task ends with the work; whoever waits for it holds the log.
            if isFirst { Task(executorPreference: executor) { await self.writeAll() } }
        }
    }

    /// Closes the connection once nothing is pending; what comes later opens a new one.
    package func close() async {
        // It was logged, and another process finds what is left.
        try? await settle()
        await connection.withLock { $0 }?.close()
    }

    /// Returns when all that this process wrote stands in its chains.
    package func settle() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let (isClean, isFirst) = state.withLock { state in
                guard state.hasPending || state.isCollecting else { return (true, false) }
                state.settling.append(continuation)
                defer { state.isWriting = true }
                return (false, !state.isWriting)
            }
            if isClean { return continuation.resume() }
            if isFirst { Task(executorPreference: executor) { await self.writeAll() } }
        }
    }

    /// The same for what any process wrote, since some of them may be gone.
    package func collect() async throws {
        state.withLock { $0.hasPending = true }
        try await settle()
    }

    /// What was committed a moment ago has so many events with it.
    func note(_ count: Int) {
        let isFirst = state.withLock { state in
            state.hasPending = true
            state.arrived += count
            defer { state.isAwaited = true }
            return !state.isAwaited
        }
        guard isFirst else { return }
        // The task ends with the work; whoever waits for it holds the log.
        Task(executorPreference: executor) {
            for _ in 0..<Self.mostGatherings {
                self.state.withLock { $0.arrived = 0 }
                try? await Task.sleep(for: Self.gathering)
                if self.state.withLock({ $0.arrived < Self.burst }) { break }
            }
            // It was logged; the next one, or another host, collects them.
            try? await self.settle()
        }
    }

    private func writeAll() async {
        while let work = state.withLock({ $0.next() }) {
            switch work {
            case .write(let parts): await write(parts)
            case .collect(let waiting): await collect(for: waiting)
            }
        }
    }

    private func collect(for waiting: [CheckedContinuation<Void, any Error>]) async {
        do {
            while try await overConnection({ try await self.collectSome(over: $0) }) == AuditQueue<Part>.mostTogether {}
            for continuation in waiting { continuation.resume() }
        } catch {
            log.error("events could not be put into the audit log's chains", metadata: ["error": "\(error)"])
            state.withLock { $0.hasPending = true }
            for continuation in waiting { continuation.resume(throwing: error) }
        }
    }

    private func write(_ parts: [Part]) async {
        do {
            try await write(parts.flatMap(\.events))
            for part in parts { part.continuation.resume() }
        } catch let error as PostgresError where parts.count > 1 && Self.isAboutContent(error) {
            for part in parts { await write([part]) }
        } catch {
            log.error(
                "the audit log could not be written",
                metadata: ["patchbay.events": "\(parts.map(\.events.count).reduce(0, +))", "error": "\(error)"])
            for part in parts { part.continuation.resume(throwing: error) }
        }
    }

    /// The acknowledgement alone may have been lost with a connection.
    private func write(_ events: [AuditEvent]) async throws {
        var last: AuditLink?
        try await overConnection { connection in
            if let last, try await self.isStored(last, over: connection) { return }
            let events = events.map { PendingEvent($0) }
            try await self.openChains(of: Set(events.map(\.tenant)), over: connection)
            try await self.chain(events, in: [PostgresStatement("begin")], over: connection, &last)
        }
    }

    /// Lends the connection; once more a new one when the old one broke: the server may have been restarted since the last
    /// time.
    private func overConnection<Value: Sendable>(
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        if let known = connection.withLock({ $0 }), known.isReusable {
            do {
                return try await body(known)
            } catch let error as PostgresError where error.code == .connectionLost {
                log.info("the audit log's database connection was lost and is replaced")
            } catch {
                // Rolls back as well.
                await known.close()
                throw error
            }
        }
        let fresh = try await PostgresConnection.connect(to: target, on: executor)
        connection.withLock { $0 = fresh }
        do {
            // What is pending comes and goes: most of its table are rows that are gone, which an index passes over.
            try await fresh.execute(
                "set enable_seqscan = off; set enable_sort = off; set plan_cache_mode = force_generic_plan")
            return try await body(fresh)
        } catch {
            await fresh.close()
            throw error
        }
    }

    /// Puts some pending events into their chains, and answers how many.
    private func collectSome(over connection: PostgresConnection) async throws -> Int {
        let tenants = try await connection.query(Self.selectPending, [.number(AuditQueue<Part>.mostTogether)])
        guard !tenants.isEmpty else { return 0 }
        try await openChains(of: Set(tenants.map { try $0.id("tenant_id") }), over: connection)
        let rows = try await connection.pipeline([
            PostgresStatement("begin"),
            PostgresStatement(Self.takePending, [.number(AuditQueue<Part>.mostTogether)], isPrepared: true),
        ])[1]
        let events = try rows.map { try PendingEvent($0) }
        var last: AuditLink?
        try await chain(PendingEvent.gathered(events), in: [], over: connection, &last)
        return events.count
    }

    /// Commits them in the transaction that the statements begin, or that was begun before.
    private func chain(
        _ events: [PendingEvent], in beginning: [PostgresStatement], over connection: PostgresConnection,
        _ last: inout AuditLink?
    ) async throws {
        let wanted = Set(events.map(\.tenant))
        let locked = try await connection.pipeline(
            beginning + [
                PostgresStatement(
                    Self.lockHeads, [.array(.uuid, wanted.union([.installation]).sorted().map { .id($0) })],
                    isPrepared: true)
            ])[beginning.count]
        var heads: [TenantID: AuditHead] = [:]
        for row in locked {
            heads[try row.id("tenant_id")] = AuditHead(
                sequence: try row.number("sequence"), hash: try row.bytes("hash"))
        }
        note(heads.keys, of: wanted)
        var links: [AuditLink] = []
        links.reserveCapacity(events.count)
        for event in events {
            // A tenant that is gone has no chain any more.
            let chain = heads[event.tenant] == nil ? .installation : event.tenant
            guard let head = heads[chain] else {
                throw StorageError(description: "the installation's audit log has lost its head")
            }
            let link = AuditLink(event, in: chain, behind: head)
            heads[chain] = link.head
            links.append(link)
        }
        last = links.last
        let moved = Set(links.map(\.chain)).sorted()
        let answers = try await connection.pipeline([
            PostgresStatement(Self.insert, AuditLink.columns(links), isPrepared: true),
            PostgresStatement(
                Self.moveHeads,
                [
                    .array(.uuid, moved.map { .id($0) }),
                    .array(.int, moved.map { .number(heads[$0]?.sequence ?? 0) }),
                    .array(.bytes, moved.map { .bytes(heads[$0]?.hash ?? []) }),
                ], isPrepared: true),
            PostgresStatement("commit"),
        ])
        // The server answers the commit of a failed transaction with a rollback, not with an error.
        guard answers.last?.tag == "COMMIT" else {
            throw PostgresError(.transactionAborted, "the audit log's transaction had failed and was rolled back")
        }
    }

    /// In a transaction of its own, so that what is locked later is locked in one order.
    private func openChains(of tenants: Set<TenantID>, over connection: PostgresConnection) async throws {
        let new = known.withLock { tenants.subtracting($0) }
        guard !new.isEmpty else { return }
        _ = try await connection.query(
            Self.openHeads, [.array(.uuid, new.sorted().map { .id($0) }), .bytes(AuditLink.origin)])
    }

    /// Only those that are there: a tenant may still come, or be gone.
    private func note(_ heads: some Sequence<TenantID>, of wanted: Set<TenantID>) {
        known.withLock { known in
            // Nobody has so many; it only saves a statement.
            if known.count > 100_000 { known = [] }
            known.subtract(wanted)
            known.formUnion(heads)
        }
    }

    private func isStored(_ link: AuditLink, over connection: PostgresConnection) async throws -> Bool {
        try await !connection.query(
            Self.selectStored, [.id(link.chain), .number(link.record.sequence), .bytes(link.record.hash)]
        ).isEmpty
    }

    /// Whether the refusal may be one part's fault; otherwise each of them would meet the same.
    private static func isAboutContent(_ error: PostgresError) -> Bool {
        [.invalidValue, .checkViolation, .notNullViolation, .uniqueViolation].contains(error.code)
            || error.sqlState?.hasPrefix("54") == true
    }

    private static let selectPending = """
        select distinct tenant_id from (select tenant_id from audit_pending order by tenant_id, event_id limit $1) chosen
        """

    /// What another host is at is left to it.
    private static let takePending = """
        with chosen as (
            select tenant_id, event_id from audit_pending order by tenant_id, event_id limit $1
            for update skip locked
        ), taken as (
            delete from audit_pending p using chosen c where p.tenant_id = c.tenant_id and p.event_id = c.event_id
            returning p.tenant_id, p.event_id, p.at, p.content
        )
        select * from taken order by event_id
        """

    /// Of tenants that are still there.
    private static let openHeads = """
        insert into audit_heads (tenant_id, sequence, hash)
        select t.tenant_id, 0, $2 from tenants t where t.tenant_id = any ($1::uuid[]) order by t.tenant_id
        on conflict do nothing
        """

    /// In one order, so that two hosts never wait for each other in a circle.
    private static let lockHeads = """
        select tenant_id, sequence, hash from audit_heads where tenant_id = any ($1::uuid[]) order by tenant_id for update
        """

    private static let insert = """
        insert into audit_events (
            tenant_id, sequence, at, event, outcome, actor, account, resource_type, resource_id, content, previous, hash)
        select * from unnest(
            $1::uuid[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::text[], $10::bytea[], $11::bytea[], $12::bytea[])
        """

    private static let moveHeads = """
        update audit_heads h set sequence = moved.sequence, hash = moved.hash
        from unnest($1::uuid[], $2::bigint[], $3::bytea[]) as moved (tenant_id, sequence, hash)
        where h.tenant_id = moved.tenant_id
        """

    private static let selectStored =
        "select 1 from audit_events where tenant_id = $1 and sequence = $2 and hash = $3"
}
