import CLibPQ

/// What came back for a statement: its last rows, or its first error.
struct Outcome {
    let statement: String
    private(set) var error: PostgresError?
    private var last: PostgresRows?

    init(statement: String) { self.statement = statement }

    /// Takes ownership of a result.
    mutating func take(_ result: OpaquePointer, _ interrupt: Interrupt) {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY, PGRES_SINGLE_TUPLE:
            last = PostgresRows(ResultHandle(result))
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            error = error ?? PostgresError(.transactionAborted, "skipped, because a statement before it failed")
        default:
            error = error ?? PostgresError(result, statement: statement, wasCancelled: interrupt.hasFired)
            PQclear(result)
        }
    }

    func rows() throws(PostgresError) -> PostgresRows {
        if let error { throw error }
        guard let last else { throw PostgresError(.server, "the statement gave no result") }
        return last
    }
}

extension PostgresError {
    /// The error a result carries (libpq manual, `PQresultErrorField`).
    init(_ result: OpaquePointer, statement: String, wasCancelled: Bool) {
        func field(_ letter: Character) -> String? {
            PQresultErrorField(result, Int32(letter.asciiValue ?? 0)).map { String(cString: $0) }
        }
        let state = field("C")
        let code = state.map { Code(sqlState: $0, wasCancelled: wasCancelled) } ?? .connectionLost
        let constraint = field("n")
        var detail = field("M") ?? String(cString: PQresultErrorMessage(result))
        if let more = field("D") { detail += "; " + more }
        if let hint = field("H") { detail += "; " + hint }
        if let place = field("P") { detail += "; at character \(place)" }
        detail += "; in: " + statement
        let table = field("t").map { " on table \($0)" } ?? ""
        self.init(
            code, code.explanation + table, sqlState: state, constraint: constraint, detail: detail)
    }
}

extension PostgresError.Code {
    /// A sentence without values, for `context`.
    fileprivate var explanation: String {
        switch self {
        case .cancelled: "the statement was stopped because its task was cancelled"
        case .timeout: "the statement took longer than it may"
        case .connectionLost: "the server ended the connection"
        case .uniqueViolation: "there is such a row already"
        case .foreignKeyViolation: "a row that is referred to is missing, or still in use"
        case .checkViolation: "a value is outside what the column allows"
        case .notNullViolation: "a value is missing"
        case .invalidValue: "a value does not fit its type"
        case .serialization, .deadlock: "another transaction was in the way"
        case .lockUnavailable: "a lock could not be had in time"
        case .resources: "the server is short of disk, memory or connections"
        case .transactionAborted: "the transaction had failed before"
        case .denied: "the database role may not do this"
        case .syntax: "the statement does not fit the database's schema"
        default: "the server refused the statement"
        }
    }
}
