extension PostgresConnection {
    /// Runs `body` between `begin` and `commit`; when it throws, everything is rolled back and the error passed on.
    /// Nothing is retried. A `connection-lost` from the commit itself leaves open whether it took effect.
    package nonisolated func withTransaction<Value: Sendable>(
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        _ = try await query("begin")
        do {
            let value = try await body(self)
            try await commit()
            return value
        } catch {
            await rollback()
            throw error
        }
    }

    private nonisolated func commit() async throws(PostgresError) {
        let tag = try await query("commit").tag
        // The server answers the commit of a failed transaction with a rollback, not with an error.
        guard tag == "COMMIT" else {
            throw PostgresError(.transactionAborted, "the transaction had failed and was rolled back")
        }
    }

    /// Also in a cancelled task. A connection that cannot even do this is closed, which rolls back as well.
    private func rollback() {
        guard !isReusable else { return }
        do throws(PostgresError) {
            _ = try run(PostgresStatement("rollback"), Interrupt(waking: wake))
        } catch {
            close()
        }
    }
}
