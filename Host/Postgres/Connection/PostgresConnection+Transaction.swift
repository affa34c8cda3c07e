extension PostgresConnection {
    /// Runs `body` between `begin` and `commit`; when it throws, everything is rolled back and the error passed on.
    /// Nothing is retried. A `connection-lost` from the commit itself leaves open whether it took effect.
    ///
    /// - Parameter settings: Made at the beginning (`set local …`), in the same round trip.
    package nonisolated func withTransaction<Value: Sendable>(
        under settings: [PostgresStatement] = [], _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        do {
            if settings.isEmpty {
                _ = try await query("begin")
            } else {
                _ = try await pipeline([PostgresStatement("begin")] + settings)
            }
            let value = try await body(self)
            try await commit()
            return value
        } catch {
            await rollback()
            throw error
        }
    }

    /// Runs statements as one transaction under settings that hold until its end (`set local …`), all of it in a single
    /// round trip.
    package nonisolated func transact(
        under settings: [PostgresStatement], _ statements: [PostgresStatement]
    ) async throws(PostgresError) -> [PostgresRows] {
        do {
            let rows = try await pipeline(
                [PostgresStatement("begin")] + settings + statements + [PostgresStatement("commit")])
            try Self.expectCommit(rows.last?.tag)
            return Array(rows.dropFirst(1 + settings.count).dropLast())
        } catch {
            await rollback()
            throw error
        }
    }

    private nonisolated func commit() async throws(PostgresError) {
        let tag = try await query("commit").tag
        try Self.expectCommit(tag)
    }

    private static func expectCommit(_ tag: String?) throws(PostgresError) {
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
