import PatchbayPostgres

/// How stores use the pool: a cancelled task throws `CancellationError`, as everywhere above this module.
extension PostgresPool {
    func rows(_ sql: String, _ parameters: [PostgresValue]) async throws -> PostgresRows {
        try await passingCancellation { try await query(sql, parameters) }
    }

    /// A statement that only reads, for callers who would rather wait than fail: while the database is away it is tried
    /// again, until `patience` is over or the task is cancelled.
    func patientRows(
        _ sql: String, _ parameters: [PostgresValue], patience: Duration = .seconds(20)
    ) async throws -> PostgresRows {
        let deadline = ContinuousClock.now + patience
        while true {
            do {
                return try await rows(sql, parameters)
            } catch let error as PostgresError
                where [.connectionLost, .unreachable, .poolExhausted].contains(error.code)
                && ContinuousClock.now < deadline
            {
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    /// Statements in one round trip and one transaction.
    func pipeline(_ statements: [PostgresStatement]) async throws -> [PostgresRows] {
        try await passingCancellation { try await withConnection { try await $0.pipeline(statements) } }
    }

    func transaction<Value: Sendable>(_ body: (PostgresConnection) async throws -> Value) async throws -> Value {
        try await passingCancellation { try await withTransaction(body) }
    }

    private func passingCancellation<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as PostgresError where error.code == .cancelled {
            throw CancellationError()
        }
    }
}
