/// What went wrong between the host and its database.
///
/// `description` is for logs and answers: it names the kind of failure, ids and counts, never a row's values,
/// parameters or anything from the connection's address. `debugDescription` tells all that is known, and belongs to an
/// operator.
package struct PostgresError: Error, Sendable {
    package var code: Code
    /// The server's five-character SQLSTATE (PostgreSQL manual, appendix A); nil when the server said nothing.
    package var sqlState: String?
    /// What was attempted, with counts and limits.
    package var context: String
    /// The violated constraint, when it was one.
    package var constraint: String?
    /// The server's own words and the statement; may hold values from rows.
    package var detail: String?

    package init(
        _ code: Code, _ context: String, sqlState: String? = nil, constraint: String? = nil, detail: String? = nil
    ) {
        self.code = code
        self.context = context
        self.sqlState = sqlState
        self.constraint = constraint
        self.detail = detail
    }
}

extension PostgresError {
    /// The kind of failure, as a stable word.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let description: String
        private init(_ description: String) { self.description = description }

        /// No connection could be made.
        package static let unreachable = Code("unreachable")
        /// The connection ended while it was in use; what the statement did is unknown unless it was inside a
        /// transaction.
        package static let connectionLost = Code("connection-lost")
        /// The calling task was cancelled.
        package static let cancelled = Code("cancelled")
        /// A statement took longer than it may.
        package static let timeout = Code("timeout")
        /// All connections of the pool stayed in use for as long as the caller would wait.
        package static let poolExhausted = Code("pool-exhausted")
        /// The pool or connection was closed.
        package static let closed = Code("closed")

        package static let uniqueViolation = Code("unique-violation")
        package static let foreignKeyViolation = Code("foreign-key-violation")
        package static let checkViolation = Code("check-violation")
        package static let notNullViolation = Code("not-null-violation")
        /// A value that the column's type cannot hold.
        package static let invalidValue = Code("invalid-value")
        /// Two transactions contradict each other; the same transaction may succeed when it is run again.
        package static let serialization = Code("serialization")
        package static let deadlock = Code("deadlock")
        /// A lock could not be had in time.
        package static let lockUnavailable = Code("lock-unavailable")
        /// The statement is wrong, or names what is not there.
        package static let syntax = Code("syntax")
        package static let denied = Code("denied")
        /// The server is short of disk, memory or connections.
        package static let resources = Code("resources")
        /// The transaction had failed before and was rolled back.
        package static let transactionAborted = Code("transaction-aborted")
        /// Anything else the server refused.
        package static let server = Code("server")

        /// A column is not in the result.
        package static let unknownColumn = Code("unknown-column")
        /// A column holds another type than was asked for.
        package static let wrongType = Code("wrong-type")
        /// A column is null where a value was asked for.
        package static let unexpectedNull = Code("unexpected-null")

        /// The migration files and the database disagree.
        package static let migration = Code("migration")
        /// The embedded cluster could not be prepared, started or stopped.
        package static let cluster = Code("cluster")
    }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        let state = sqlState.map { " (\($0))" } ?? ""
        return "\(code)\(state): \(context)"
    }

    package var debugDescription: String {
        var text = description
        if let constraint { text += "; constraint \(constraint)" }
        if let detail { text += "; \(detail)" }
        return text
    }
}
