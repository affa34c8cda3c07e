extension PostgresError.Code {
    /// The code for a SQLSTATE. `wasCancelled`: whether this side had asked the server to stop the statement.
    init(sqlState: String, wasCancelled: Bool) {
        switch sqlState {
        case "23505": self = .uniqueViolation
        case "23503": self = .foreignKeyViolation
        case "23514": self = .checkViolation
        case "23502": self = .notNullViolation
        case "40001": self = .serialization
        case "40P01": self = .deadlock
        case "55P03": self = .lockUnavailable
        case "57014": self = wasCancelled ? .cancelled : .timeout
        case "25P02": self = .transactionAborted
        case "42501": self = .denied
        // Administrator's command, crash of another backend, cannot connect now, database dropped, idle too long.
        case "57P01", "57P02", "57P03", "57P04", "57P05", "25P03": self = .connectionLost
        default:
            switch sqlState.prefix(2) {
            case "22": self = .invalidValue
            case "42", "26": self = .syntax
            case "53", "54": self = .resources
            case "08": self = .connectionLost
            case "28": self = .denied
            default: self = .server
            }
        }
    }
}
