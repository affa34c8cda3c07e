import CLibPQ
import Synchronization

/// One connection to a PostgreSQL server, for one caller at a time.
///
/// libpq blocks, so the actor lives on an executor of its own. Every wait inside ends: by the server's answer, by its
/// deadline, or because the calling task was cancelled, in which case the server is asked to stop the statement
/// (`PQcancel`) and the error's code is `cancelled`.
package actor PostgresConnection {
    private let executor: BlockingExecutor
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    let target: PostgresTarget
    nonisolated let wake: WakeUp
    private nonisolated let reusable = Atomic(false)
    var raw: OpaquePointer?
    /// Names of the statements that the server has prepared for this connection, by their text.
    var prepared: [String: String] = [:]

    private init(_ target: PostgresTarget, _ wake: WakeUp, _ executor: BlockingExecutor) {
        self.target = target
        self.executor = executor
        self.wake = wake
    }

    isolated deinit { if let raw { PQfinish(raw) } }

    /// Connects. Fails with `unreachable` (the server's reason is in `debugDescription`) after `connectTimeout` at the
    /// latest. On `executor`, which is the connection's alone or that of whoever works with it.
    package static func connect(
        to target: PostgresTarget, on executor: BlockingExecutor = BlockingExecutor(label: "patchbay.postgres")
    ) async throws(PostgresError) -> PostgresConnection {
        guard let wake = WakeUp() else {
            throw PostgresError(.resources, "no file descriptor is left for a database connection")
        }
        let connection = PostgresConnection(target, wake, executor)
        try await connection.open()
        return connection
    }

    /// Whether the connection stands and no transaction is open, as of its last statement.
    package nonisolated var isReusable: Bool { reusable.load(ordering: .acquiring) }

    /// Runs one statement.
    package func query(
        _ sql: String, _ parameters: [PostgresValue] = []
    ) async throws(PostgresError) -> PostgresRows {
        try await interruptible { interrupt throws(PostgresError) in
            try self.run(PostgresStatement(sql, parameters), interrupt)
        }
    }

    /// Runs statements one after another in a single round trip and, unless one of them is `begin`, as one transaction;
    /// after the first error the rest is skipped.
    package func pipeline(_ statements: [PostgresStatement]) async throws(PostgresError) -> [PostgresRows] {
        try await interruptible { interrupt throws(PostgresError) in
            try self.runPipeline(statements, interrupt)
        }
    }

    /// Runs a script of several statements without parameters, such as a migration. `timeout` in milliseconds replaces
    /// the target's for waiting on this side; the server's own limit is the script's business.
    package func execute(_ script: String, timeout: Int64? = nil) async throws(PostgresError) {
        try await interruptible { interrupt throws(PostgresError) in
            try self.runScript(script, interrupt, timeout: timeout)
        }
    }

    /// Ends the connection; what is called afterwards fails with `closed`.
    package func close() {
        if let raw { PQfinish(raw) }
        raw = nil
        noteState()
    }

    /// Whether the server still holds its end. Costs one system call, no round trip.
    package func isAlive() -> Bool {
        guard let raw, PQstatus(raw) == CONNECTION_OK else { return false }
        guard Socket.isReadable(PQsocket(raw)) else { return true }
        // An idle server speaks only to say farewell, or to tell of a changed setting.
        let stands = PQconsumeInput(raw) == 1 && PQstatus(raw) == CONNECTION_OK && !Socket.isClosed(PQsocket(raw))
        noteState()
        return stands
    }

    private func open() throws(PostgresError) {
        let keywords = target.all
        let connection = CStrings.withArray(keywords.map(\.name)) { names in
            CStrings.withArray(keywords.map(\.value)) { values in PQconnectdbParams(names, values, 1) }
        }
        guard let connection else { throw PostgresError(.resources, "no memory for a database connection") }
        guard PQstatus(connection) == CONNECTION_OK else {
            let reason = String(cString: PQerrorMessage(connection))
            PQfinish(connection)
            throw PostgresError(.unreachable, "the database cannot be reached", detail: reason)
        }
        raw = connection
        silenceNotices(of: connection)
        PQsetnonblocking(connection, 1)
        do throws(PostgresError) {
            try runScript(target.settings, Interrupt(waking: wake))
        } catch {
            guard let role = target.role, Self.isAboutRole(error) else { throw error }
            throw PostgresError(
                error.code,
                "the database user may not take on the role \(role.rawValue); let its owner execute: "
                    + "grant \(role.rawValue) to the user of the database's address",
                sqlState: error.sqlState, detail: error.detail)
        }
    }

    /// insufficient_privilege, or invalid_parameter_value for a role that is not there.
    private static func isAboutRole(_ error: PostgresError) -> Bool {
        error.sqlState == "42501" || error.sqlState == "22023"
    }

    /// Runs `body` on the connection's executor with an interrupt that the calling task's cancellation fires.
    func interruptible<Value: Sendable>(
        _ body: (Interrupt) throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        let interrupt = Interrupt(waking: wake)
        let result = await withTaskCancellationHandler {
            self.outcome(of: body, interrupt)
        } onCancel: {
            interrupt.fire()
        }
        return try result.get()
    }

    /// A method, because a closure that does not use the actor would run on the cooperative pool.
    private func outcome<Value: Sendable>(
        of body: (Interrupt) throws(PostgresError) -> Value, _ interrupt: Interrupt
    ) -> Result<Value, PostgresError> {
        do throws(PostgresError) { return .success(try body(interrupt)) } catch { return .failure(error) }
    }

    /// Remembers for the pool how the connection stands.
    func noteState() {
        let isIdle = raw.map { PQstatus($0) == CONNECTION_OK && PQtransactionStatus($0) == PQTRANS_IDLE } ?? false
        reusable.store(isIdle, ordering: .releasing)
    }
}

/// libpq prints notices to standard error unless told otherwise. Apart from the actor, because a C function pointer
/// must not inherit its isolation.
private func silenceNotices(of connection: OpaquePointer) {
    PQsetNoticeReceiver(connection, { _, _ in }, nil)
}
