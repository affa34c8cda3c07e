import HostFixture
import PatchbayPostgres

/// Holds a row of the database, so that whoever wants to change it stands still before it.
struct RowHold: Sendable {
    private let connection: PostgresConnection

    /// - Parameter row: What selects it: `credentials where name = '…'`.
    init(_ target: PostgresTarget, _ row: String) async throws {
        connection = try await PostgresConnection.connect(to: target)
        _ = try await connection.query("begin")
        let held = try await connection.query("select from \(row) for update")
        guard held.count == 1 else { throw SystemTestError("\(held.count) rows are held in place of one: \(row)") }
    }

    /// Returns once somebody waits for it.
    func isWaitedFor(within limit: Duration = .seconds(30)) async throws {
        let deadline = ContinuousClock.now + limit
        // Only the server knows, and tells nobody by itself.
        while try await connection.query(Self.waiting).isEmpty {
            guard ContinuousClock.now < deadline else { throw SystemTestError("nobody waits for the row that is held") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Of locks, because what sessions do is shown as it was when the transaction first looked.
    private static let waiting = """
        select from pg_locks where not granted and pg_backend_pid() = any (pg_blocking_pids(pid))
        """

    func release() async throws {
        _ = try await connection.query("rollback")
        await connection.close()
    }
}
