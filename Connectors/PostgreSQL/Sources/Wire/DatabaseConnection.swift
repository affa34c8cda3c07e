import CLibPQ
import ConnectorSDK
import Glibc

/// A connection for one call, on the call's own thread. Every wait ends at the deadline and when the call is cancelled; what
/// the server is doing then is cancelled there, too.
final class DatabaseConnection {
    private let connection: OpaquePointer
    private let cancellation: Cancellation
    /// Milliseconds on the monotonic clock.
    private let end: Int64

    init(
        _ settings: PostgreSQLSettings, _ secret: Secret?, _ addresses: [String], within limit: Duration,
        _ cancellation: Cancellation
    ) throws(ConnectorError) {
        self.cancellation = cancellation
        end = Self.now + limit.wholeMilliseconds
        // The server's own limit is a little lower, so that its word comes before the host gives the call up.
        let allowance = max(100, limit.wholeMilliseconds - 250)
        let parameters = [
            ("host", settings.host), ("hostaddr", addresses.joined(separator: ",")),
            // One port for all addresses.
            ("port", "\(settings.port)"), ("dbname", settings.database), ("user", secret?["username"] ?? ""),
            ("password", secret?["password"] ?? ""), ("sslmode", settings.tls.rawValue),
            ("application_name", "patchbay"), ("client_encoding", "UTF8"),
            ("options", "-c statement_timeout=\(allowance) -c datestyle=ISO -c timezone=UTC -c intervalstyle=iso_8601"),
            ("gssencmode", "disable"), ("sslrootcert", settings.tls.authorities),
            // Nothing of what may lie in a home folder; what does not exist is not used.
            ("passfile", "/nonexistent"), ("sslcert", "/nonexistent"), ("sslkey", "/nonexistent"),
        ]
        guard let started = Self.start(addresses.count > 1 ? Self.repeated(parameters, addresses.count) : parameters)
        else { throw ConnectorError(.unavailable, "There is no memory for a connection.", effect: .none) }
        connection = started
        try finish()
    }

    deinit { PQfinish(connection) }

    /// libpq wants as many hosts as addresses.
    private static func repeated(_ parameters: [(String, String)], _ count: Int) -> [(String, String)] {
        parameters.map { name, value in
            name == "host" ? (name, [String](repeating: value, count: count).joined(separator: ",")) : (name, value)
        }
    }

    private static func start(_ parameters: [(String, String)]) -> OpaquePointer? {
        var names: [UnsafePointer<CChar>?] = parameters.map { UnsafePointer(strdup($0.0)) } + [nil]
        var values: [UnsafePointer<CChar>?] = parameters.map { UnsafePointer(strdup($0.1)) } + [nil]
        defer { for text in names + values { free(UnsafeMutablePointer(mutating: text)) } }
        return PQconnectStartParams(&names, &values, 0)
    }

    private func finish() throws(ConnectorError) {
        guard PQstatus(connection) != CONNECTION_BAD else { throw refused() }
        var state = PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            do {
                try wait(for: state == PGRES_POLLING_READING ? Int16(POLLIN) : Int16(POLLOUT))
            } catch {
                var error = error
                error.effect = .none
                throw error
            }
            state = PQconnectPoll(connection)
            if state == PGRES_POLLING_FAILED { throw refused() }
        }
        PQsetnonblocking(connection, 1)
        // What the server says beside its answers would go to the host's own output.
        PQsetNoticeReceiver(connection, { _, _ in }, nil)
    }

    private func refused() -> ConnectorError {
        let text = message
        let words = text.lowercased()
        let isDenied = [
            "authentication failed", "no pg_hba.conf entry", "no password supplied", "permission denied", "role \"",
        ]
        .contains { words.contains($0) }
        let isMissing =
            words.contains("database \"") && words.contains("does not exist") || words.contains("certificate")
            || words.contains("server does not support ssl")
        return ConnectorError(
            isMissing ? .config : isDenied ? .authDenied : .unavailable, "PostgreSQL cannot be used: \(text)",
            effect: .none)
    }

    /// The last failure, in one line.
    private var message: String {
        String(cString: PQerrorMessage(connection)).split(separator: "\n").joined(separator: " ")
    }

    /// Runs one statement.
    ///
    /// - Parameter stops: whether it is stopped when it has given so many rows, which undoes what it has changed; else
    ///   further ones are dropped.
    func run(
        _ sql: String, _ parameters: [String?] = [], limit: Int = .max, stops: Bool = false
    ) throws(ConnectorError) -> Rows {
        guard !sql.utf8.contains(0), !parameters.contains(where: { $0?.utf8.contains(0) == true }) else {
            throw .invalid("/sql", "or a parameter holds a character of the code 0, which PostgreSQL has not")
        }
        let values = parameters.map { text -> UnsafePointer<CChar>? in text.flatMap { UnsafePointer(strdup($0)) } }
        defer { for value in values { free(UnsafeMutablePointer(mutating: value)) } }
        guard PQsendQueryParams(connection, sql, Int32(values.count), nil, values, nil, nil, 0) == 1 else {
            throw ConnectorError(.unavailable, "The statement could not be sent: \(message).")
        }
        // Rows one by one, so that a table that is too large does not fill the memory.
        PQsetSingleRowMode(connection)
        var rows = Rows()
        var failure: ConnectorError?
        while let result = try next(cancelling: &failure) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_SINGLE_TUPLE, PGRES_TUPLES_OK:
                guard failure == nil else { continue }
                if rows.add(result, limit: limit) == .full, stops { cancelStatement() }
            case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: rows.finish(result)
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                throw .invalid("/sql", "is a COPY, which is not offered")
            default:
                // The rest of a result that was long enough.
                if !stops || !rows.isTruncated { failure = failure ?? ConnectorError(result) }
            }
        }
        if let failure { throw failure }
        return rows
    }

    /// The next result; nil behind the last. A call that is cancelled, or late, cancels the statement and waits a little for
    /// the server's word, so that it is known whether anything happened.
    private func next(cancelling failure: inout ConnectorError?) throws(ConnectorError) -> OpaquePointer? {
        while PQflush(connection) == 1 || PQisBusy(connection) == 1 {
            do {
                let needsToWrite = PQflush(connection) == 1
                try wait(for: needsToWrite ? Int16(POLLIN) | Int16(POLLOUT) : Int16(POLLIN), isEnding: failure != nil)
            } catch {
                guard failure == nil else { throw error }
                failure = error
                cancelStatement()
            }
            guard PQconsumeInput(connection) == 1 else {
                throw ConnectorError(.unavailable, "The connection was lost: \(message).")
            }
        }
        return PQgetResult(connection)
    }

    private func cancelStatement() {
        guard let handle = PQgetCancel(connection) else { return }
        var reason = [CChar](repeating: 0, count: 256)
        PQcancel(handle, &reason, Int32(reason.count))
        PQfreeCancel(handle)
    }

    /// Notifications that have come, after waiting for the first one at most so long.
    func notifications(within limit: Duration) throws(ConnectorError) -> [Notification] {
        let latest = min(end - 500, Self.now + limit.wholeMilliseconds)
        var found: [Notification] = []
        while true {
            guard PQconsumeInput(connection) == 1 else {
                throw ConnectorError(.unavailable, "The connection was lost: \(message).", effect: .none)
            }
            while let notification = PQnotifies(connection) {
                found.append(
                    Notification(
                        channel: String(cString: notification.pointee.relname),
                        payload: String(cString: notification.pointee.extra), process: Int(notification.pointee.be_pid))
                )
                PQfreemem(notification)
            }
            guard found.isEmpty, Self.now < latest else { return found }
            do {
                try wait(for: Int16(POLLIN), until: latest)
            } catch  where error.code == .timeout {
                return found
            }
        }
    }

    struct Notification {
        var channel: String
        var payload: String
        var process: Int
    }

    /// A name as SQL takes it literally.
    func quoted(_ name: String) throws(ConnectorError) -> String {
        guard !name.isEmpty, !name.utf8.contains(0), let text = PQescapeIdentifier(connection, name, name.utf8.count)
        else {
            throw ConnectorError(.invalidInput, "`\(name)` cannot be a name.", effect: .none)
        }
        defer { PQfreemem(text) }
        return String(cString: text)
    }

    private func wait(for events: Int16, isEnding: Bool = false) throws(ConnectorError) {
        try wait(for: events, until: isEnding ? max(end, Self.now + 200) : end, heeding: !isEnding)
    }

    private func wait(for events: Int16, until moment: Int64, heeding: Bool = true) throws(ConnectorError) {
        while true {
            if heeding, cancellation.isCancelled { throw ConnectorError(.cancelled, "The call was cancelled.") }
            let left = moment - Self.now
            guard left > 0 else { throw ConnectorError(.timeout, "PostgreSQL did not answer in time.") }
            var descriptors = [pollfd(fd: PQsocket(connection), events: events, revents: 0)]
            if heeding { descriptors.append(pollfd(fd: cancellation.descriptor, events: Int16(POLLIN), revents: 0)) }
            guard poll(&descriptors, nfds_t(descriptors.count), Int32(clamping: left)) > 0 else { continue }
            if descriptors[0].revents != 0 { return }
        }
    }

    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

extension Duration {
    var wholeMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}

extension Context {
    /// Opens a connection on a thread of its own, does something with it, and closes it.
    func withDatabase<Value: Sendable>(
        _ work: @escaping @Sendable (DatabaseConnection) throws -> Value
    ) async throws -> Value {
        let settings = try settings(PostgreSQLSettings.self)
        let (secret, addresses, limit) = (secret, addresses, timeLeft)
        return try await onOwnThread { cancellation in
            try work(try DatabaseConnection(settings, secret, addresses, within: limit, cancellation))
        }
    }
}
