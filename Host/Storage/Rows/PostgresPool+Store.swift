import PatchbayPostgres

/// How stores use the pool: a cancelled task throws `CancellationError`, as everywhere above this module.
extension PostgresPool {
    func rows(_ sql: String, _ parameters: [PostgresValue]) async throws -> PostgresRows {
        try await passingCancellation { try await query(sql, parameters) }
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
