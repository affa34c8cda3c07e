package import Logging
import Synchronization

/// A bounded number of connections to one database, opened when they are first needed.
///
/// A connection is lent to one caller at a time. One that broke, or came back inside a transaction, is replaced; one
/// that the server closed while it was idle is noticed before it is lent.
package final class PostgresPool: Sendable {
    package struct Limits: Sendable {
        /// The most connections at a time.
        package var size: Int
        /// How long a caller waits for one.
        package var patience: Duration

        package init(size: Int = 10, patience: Duration = .seconds(10)) {
            self.size = max(size, 1)
            self.patience = patience
        }
    }

    private struct Contents {
        var rules: PoolState
        var connections: [Int: PostgresConnection] = [:]
        var waiting: [Int: Waiter] = [:]
        /// Whether somebody sees to it that nobody waits for too long.
        var isWatched = false
        var closing: [CheckedContinuation<Void, Never>] = []
        var nextWaiter = 0
    }

    private struct Waiter {
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Turn, Never>
    }

    /// How a wait ended.
    private enum Turn: Sendable {
        case granted(PoolState.Grant)
        case refused, expired, cancelled
    }

    package let target: PostgresTarget
    package let limits: Limits
    private let log: Logger
    private let contents: Mutex<Contents>

    package init(_ target: PostgresTarget, limits: Limits = Limits(), log: Logger) {
        self.target = target
        self.limits = limits
        self.log = log
        contents = Mutex(Contents(rules: PoolState(size: limits.size)))
    }

    /// Lends a connection to `body`. Throws `pool-exhausted` when none came free in time, `unreachable` when none could
    /// be opened, `closed` after `close`, `cancelled`, and what `body` throws.
    package func withConnection<Value: Sendable>(
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let (id, connection) = try await lease()
        do {
            let value = try await body(connection)
            giveBack(id, isReusable: connection.isReusable)
            return value
        } catch {
            giveBack(id, isReusable: connection.isReusable)
            throw error
        }
    }

    /// `withConnection` and the connection's `withTransaction`.
    package func withTransaction<Value: Sendable>(
        under settings: [PostgresStatement] = [], _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        try await withConnection { try await $0.withTransaction(under: settings, body) }
    }

    /// One statement on any connection.
    package func query(_ sql: String, _ parameters: [PostgresValue] = []) async throws -> PostgresRows {
        try await withConnection { try await $0.query(sql, parameters) }
    }

    /// Whether the database answers a statement.
    package func answers() async -> Bool {
        (try? await query("SELECT 1")) != nil
    }

    /// Refuses new callers, waits until every lent connection is back, and closes them all. May be called again.
    package func close() async {
        await withCheckedContinuation { continuation in
            let commands = contents.withLock { contents in
                contents.closing.append(continuation)
                let commands = contents.rules.close()
                // Called again after the end: there is nothing left to wait for.
                return commands.isEmpty && contents.rules.busyCount == 0 ? [.finish] : commands
            }
            perform(commands)
        }
    }

    // MARK: Leasing

    private func lease() async throws(PostgresError) -> (Int, PostgresConnection) {
        while true {
            switch try await grant() {
            case .open(let id):
                do throws(PostgresError) {
                    let connection = try await PostgresConnection.connect(to: target)
                    contents.withLock { $0.connections[id] = connection }
                    return (id, connection)
                } catch {
                    giveBack(id, isReusable: false)
                    throw error
                }
            case .use(let id):
                if let connection = contents.withLock({ $0.connections[id] }), await connection.isAlive() {
                    return (id, connection)
                }
                log.info("a database connection had ended while it was idle and is replaced")
                giveBack(id, isReusable: false)
            }
        }
    }

    private func grant() async throws(PostgresError) -> PoolState.Grant {
        let start = ContinuousClock.now
        let deadline = start + limits.patience
        let (waiter, answer) = contents.withLock { contents in
            contents.nextWaiter += 1
            // Without queueing: a turn could come before there is a continuation for it.
            return (contents.nextWaiter, contents.rules.hasRoom ? contents.rules.lease(by: contents.nextWaiter) : nil)
        }
        if case .granted(let grant)? = answer { return grant }
        switch await turn(of: waiter, until: deadline) {
        case .granted(let grant): return grant
        case .refused: throw PostgresError(.closed, "the database pool is closed")
        case .cancelled: throw PostgresError(.cancelled, "the task was cancelled while it waited for a connection")
        case .expired:
            let waited = start.duration(to: .now).milliseconds
            throw PostgresError(
                .poolExhausted,
                "all \(limits.size) connections of the database pool were in use for the \(waited) ms a caller waits")
        }
    }

    private func turn(of waiter: Int, until deadline: ContinuousClock.Instant) async -> Turn {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (turn, isToWatch): (Turn?, Bool) = contents.withLock { contents in
                    // `onCancel` may have run already, when there was nobody to tell.
                    if Task.isCancelled { return (.cancelled, false) }
                    switch contents.rules.lease(by: waiter) {
                    case .granted(let grant): return (.granted(grant), false)
                    case .refused: return (.refused, false)
                    case .queued:
                        contents.waiting[waiter] = Waiter(deadline: deadline, continuation: continuation)
                        defer { contents.isWatched = true }
                        return (nil, !contents.isWatched)
                    }
                }
                if let turn { continuation.resume(returning: turn) }
                if isToWatch { watch() }
            }
        } onCancel: {
            give(up: waiter, .cancelled)
        }
    }

    private func give(up waiter: Int, _ turn: Turn) {
        let given = contents.withLock { contents in
            contents.rules.abandoned(by: waiter) ? contents.waiting.removeValue(forKey: waiter) : nil
        }
        given?.continuation.resume(returning: turn)
    }

    /// Ends waits that take too long, until nobody waits. One timer for all: a sleep that is cancelled keeps its memory until
    /// its moment comes, so that one for each who waits would be many megabytes after a burst.
    private func watch() {
        Task { [weak self] in
            while let deadline = self?.expireWaits() { try? await Task.sleep(until: deadline) }
        }
    }

    /// Answers when the next of those who wait has waited long enough; nil, and nobody watches any longer, when none does.
    private func expireWaits() -> ContinuousClock.Instant? {
        let now = ContinuousClock.now
        let (late, next) = contents.withLock { contents in
            let late = contents.waiting.filter { $0.value.deadline <= now }.keys
            let next = contents.waiting.values.lazy.map(\.deadline).filter { $0 > now }.min()
            contents.isWatched = next != nil
            return (Array(late), next)
        }
        for waiter in late { give(up: waiter, .expired) }
        return next
    }

    private func giveBack(_ id: Int, isReusable: Bool) {
        perform(contents.withLock { $0.rules.returned(id, isReusable: isReusable) })
    }

    private func perform(_ commands: [PoolState.Command]) {
        for command in commands {
            switch command {
            case .grant(let waiter, let grant):
                contents.withLock { $0.waiting.removeValue(forKey: waiter) }?.continuation.resume(
                    returning: .granted(grant))
            case .refuse(let waiter):
                contents.withLock { $0.waiting.removeValue(forKey: waiter) }?.continuation.resume(returning: .refused)
            case .discard(let id):
                // Its last reference goes here; the connection's deinit closes it on its own executor.
                _ = contents.withLock { $0.connections.removeValue(forKey: id) }
            case .finish:
                let closing = contents.withLock { contents in
                    defer { contents.closing = [] }
                    return contents.closing
                }
                for continuation in closing { continuation.resume() }
            }
        }
    }
}
