package import PatchbayCore
package import PatchbayPostgres

/// Deletes a tenant with everything that is kept of it, in all tables that the catalogue knows. Done by the owner of
/// the tables, since nobody else may delete what is only appended; what was interrupted is finished by the next call.
package struct PostgresTenantRemoval: Sendable {
    /// Milliseconds that deleting from one table may take.
    private static let limit: Int64 = 6 * 3_600_000
    /// How often the tables are gone through for what was written meanwhile.
    private static let passes = 10

    private let target: PostgresTarget

    package init(_ target: PostgresTarget) {
        var target = target.as(.owner)
        target.statementTimeout = Self.limit
        self.target = target
    }

    /// Answers how many rows were deleted from each table; empty when there was no such tenant. Throws `StorageError`
    /// when workers still had runs of it after `patience`; then nothing was deleted but what nobody had begun, and the
    /// tenant stays closed.
    ///
    /// - Parameter settling: How long hosts may go by what they knew of the tenant before.
    package func remove(
        _ tenant: TenantID, patience: Duration = .seconds(60), settling: Duration = .seconds(6)
    ) async throws -> [String: Int] {
        let connection = try await PostgresConnection.connect(to: target)
        do {
            let deleted = try await remove(tenant, patience, settling, over: connection)
            await connection.close()
            return deleted
        } catch {
            await connection.close()
            throw error
        }
    }

    private func remove(
        _ tenant: TenantID, _ patience: Duration, _ settling: Duration, over connection: PostgresConnection
    ) async throws -> [String: Int] {
        let isThere = try await connection.query(Self.close, [.id(tenant)]).affected > 0
        if isThere {
            _ = try await connection.query(PostgresTenantStore.markSuspended, [.id(tenant), .bool(true)])
            try await Task.sleep(for: settling)
            try await endRuns(of: tenant, within: patience, over: connection)
        }
        // What it said of itself to others; what it published is others' now.
        _ = try await connection.query("delete from publisher_profiles where owner_id = $1", [.id(tenant)])
        let tables = try await TenantTables(over: connection).childrenFirst
        var total: [String: Int] = [:]
        for _ in 0..<Self.passes {
            var count = 0
            for table in tables {
                let rows = try await connection.query("delete from \(table) where tenant_id = $1", [.id(tenant)])
                    .affected
                if rows > 0 { total[table, default: 0] += rows }
                count += rows
            }
            if count == 0 { return total }
        }
        throw StorageError(
            description:
                "the tenant \(tenant) was written to all the time while it was deleted; stop the hosts of versions "
                + "that do not know that it is being deleted, and delete it again")
    }

    private static let close = "update tenants set state = 'deleting' where tenant_id = $1"

    /// What nobody has in hand is forgotten at once; what somebody has is cancelled and waited for, so that its worker
    /// writes nothing afterwards.
    private func endRuns(
        of tenant: TenantID, within patience: Duration, over connection: PostgresConnection
    ) async throws {
        let deadline = ContinuousClock.now + patience
        while true {
            _ = try await connection.query(Self.dequeue, [.id(tenant)])
            _ = try await connection.query(Self.cancel, [.id(tenant)])
            let left = try await connection.query(Self.countQueued, [.id(tenant)]).one().int("runs")
            if left == 0 { return }
            guard ContinuousClock.now < deadline else {
                throw StorageError(
                    description:
                        "workers still have \(left) runs of the tenant \(tenant) in hand; nothing else of it was "
                        + "deleted. It stays closed; delete it again when these have ended")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private static let dequeue = "delete from run_queue where tenant_id = $1 and worker is null"

    private static let cancel = """
        update run_queue set cancel_requested_at = now(), is_held = false
        where tenant_id = $1 and cancel_requested_at is null
        """

    private static let countQueued = "select count(*) as runs from run_queue where tenant_id = $1"
}
