import CLibPQ

/// How a statement runs over libpq's non-blocking calls. All of it on the connection's executor.
extension PostgresConnection {
    /// How long this side waits beyond the server's own limit before it takes the connection for dead.
    private static let grace: Int64 = 5_000

    func run(_ statement: PostgresStatement, _ interrupt: Interrupt) throws(PostgresError) -> PostgresRows {
        let raw = try ready(interrupt)
        defer { noteState() }
        try send(statement, over: raw)
        var patience = Patience(milliseconds: target.statementTimeout + Self.grace)
        try flush(raw, interrupt, &patience)
        var outcome = Outcome(statement: statement.sql)
        while let result = try nextResult(of: raw, interrupt, &patience) { outcome.take(result, interrupt) }
        return try outcome.rows()
    }

    func runScript(
        _ script: String, _ interrupt: Interrupt, timeout: Int64? = nil
    ) throws(PostgresError) {
        let raw = try ready(interrupt)
        defer { noteState() }
        guard PQsendQuery(raw, script) == 1 else { throw lost(raw, "a script could not be sent") }
        var patience = Patience(milliseconds: timeout ?? target.statementTimeout + Self.grace)
        try flush(raw, interrupt, &patience)
        var outcome = Outcome(statement: script)
        while let result = try nextResult(of: raw, interrupt, &patience) { outcome.take(result, interrupt) }
        if let error = outcome.error { throw error }
    }

    func runPipeline(
        _ statements: [PostgresStatement], _ interrupt: Interrupt
    ) throws(PostgresError) -> [PostgresRows] {
        let raw = try ready(interrupt)
        defer { noteState() }
        guard PQenterPipelineMode(raw) == 1 else { throw lost(raw, "pipeline mode was refused") }
        var fresh: [String: String] = [:]
        // Beside the statements: whether the answer to its preparation comes before its own.
        var isPreparing: [Bool] = []
        for statement in statements {
            let isNew = statement.isPrepared && prepared[statement.sql] == nil && fresh[statement.sql] == nil
            isPreparing.append(isNew)
            if isNew { fresh[statement.sql] = try prepare(statement, number: prepared.count + fresh.count, over: raw) }
            try send(statement, as: prepared[statement.sql] ?? fresh[statement.sql], over: raw)
        }
        guard PQpipelineSync(raw) == 1 else { throw lost(raw, "a pipeline could not be sent") }
        var patience = Patience(milliseconds: target.statementTimeout + Self.grace)
        try flush(raw, interrupt, &patience)
        var rows: [PostgresRows] = []
        var failure: PostgresError?
        for (statement, isNew) in zip(statements, isPreparing) {
            if isNew {
                var preparation = Outcome(statement: statement.sql)
                while let result = try nextResult(of: raw, interrupt, &patience) { preparation.take(result, interrupt) }
                failure = failure ?? preparation.error
                if preparation.error == nil { prepared[statement.sql] = fresh[statement.sql] }
            }
            var outcome = Outcome(statement: statement.sql)
            while let result = try nextResult(of: raw, interrupt, &patience) { outcome.take(result, interrupt) }
            if let error = outcome.error {
                // Those behind the first failure only report that they were skipped.
                failure = failure ?? error
            } else {
                rows.append(try outcome.rows())
            }
        }
        if let sync = try nextResult(of: raw, interrupt, &patience) { PQclear(sync) }
        guard PQexitPipelineMode(raw) == 1 else { throw lost(raw, "a pipeline did not end") }
        if let failure { throw failure }
        return rows
    }

    /// Has the server prepare a statement, and answers its name there. When one preparation fails, so do those behind it,
    /// and their names are free again.
    private func prepare(
        _ statement: PostgresStatement, number: Int, over raw: OpaquePointer
    ) throws(PostgresError) -> String {
        let name = "patchbay_\(number)"
        let sent = ParameterBuffer(statement.parameters).withPointers { count, types, _, _, _ in
            PQsendPrepare(raw, name, statement.sql, count, types)
        }
        guard sent == 1 else { throw lost(raw, "a statement could not be sent") }
        return name
    }

    private func ready(_ interrupt: Interrupt) throws(PostgresError) -> OpaquePointer {
        assertIsolated()
        guard let raw else { throw PostgresError(.closed, "the connection is closed") }
        if interrupt.hasFired { throw PostgresError(.cancelled, "the task was cancelled before the statement began") }
        return raw
    }

    private func send(
        _ statement: PostgresStatement, as name: String? = nil, over raw: OpaquePointer
    ) throws(PostgresError) {
        let sent = ParameterBuffer(statement.parameters).withPointers { count, types, values, lengths, formats in
            if let name { return PQsendQueryPrepared(raw, name, count, values, lengths, formats, 1) }
            return PQsendQueryParams(raw, statement.sql, count, types, values, lengths, formats, 1)
        }
        guard sent == 1 else { throw lost(raw, "a statement could not be sent") }
    }

    private func flush(
        _ raw: OpaquePointer, _ interrupt: Interrupt, _ patience: inout Patience
    ) throws(PostgresError) {
        while true {
            switch PQflush(raw) {
            case 0: return
            case 1: try pause(raw, writing: true, interrupt, &patience)
            default: throw lost(raw, "the connection ended while a statement was sent")
            }
            // The server may be waiting for us to read before it reads on.
            guard PQconsumeInput(raw) == 1 else { throw lost(raw, "the connection ended while a statement was sent") }
        }
    }

    /// The next result of the statement, or nil after its last one.
    private func nextResult(
        of raw: OpaquePointer, _ interrupt: Interrupt, _ patience: inout Patience
    ) throws(PostgresError) -> OpaquePointer? {
        while PQisBusy(raw) == 1 {
            try pause(raw, writing: false, interrupt, &patience)
            guard PQconsumeInput(raw) == 1 else { throw lost(raw, "the connection ended during a statement") }
        }
        guard let result = PQgetResult(raw) else { return nil }
        switch PQresultStatus(result) {
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            PQclear(result)
            throw abandon("COPY with the client is not supported")
        default: return result
        }
    }

    private func pause(
        _ raw: OpaquePointer, writing: Bool, _ interrupt: Interrupt, _ patience: inout Patience
    ) throws(PostgresError) {
        switch Socket.wait(PQsocket(raw), writing: writing, wake: wake, until: patience.deadline) {
        case .ready: break
        case .woken:
            guard interrupt.hasFired, patience.shorten(toMilliseconds: Self.grace) else { return }
            // From this thread, so that it cannot hit the connection's next statement.
            guard let cancel = PQgetCancel(raw) else { return }
            defer { PQfreeCancel(cancel) }
            var reason = [CChar](repeating: 0, count: 256)
            _ = PQcancel(cancel, &reason, Int32(reason.count))
        case .expired:
            throw abandon("the server gave no answer in time", code: interrupt.hasFired ? .cancelled : .timeout)
        }
    }

    /// The error for a connection that libpq has given up.
    private func lost(_ raw: OpaquePointer, _ what: String) -> PostgresError {
        abandon(what, code: .connectionLost, detail: String(cString: PQerrorMessage(raw)))
    }

    /// Closes a connection whose state cannot be trusted any more.
    private func abandon(_ what: String, code: PostgresError.Code = .server, detail: String? = nil) -> PostgresError {
        close()
        return PostgresError(code, what, detail: detail)
    }
}

/// How long a statement is waited for.
private struct Patience {
    private(set) var deadline: ContinuousClock.Instant
    private var isShortened = false

    init(milliseconds: Int64) { deadline = .now + .milliseconds(milliseconds) }

    /// After a wish to cancel: the rest of the wait. False when that was done before.
    mutating func shorten(toMilliseconds rest: Int64) -> Bool {
        guard !isShortened else { return false }
        isShortened = true
        deadline = min(deadline, .now + .milliseconds(rest))
        return true
    }
}
