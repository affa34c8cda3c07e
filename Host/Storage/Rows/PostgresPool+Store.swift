import PatchbayCore
import PatchbayPostgres

/// How stores use the pool: a cancelled task throws `CancellationError`, as everywhere above this module.
///
/// What concerns one tenant names it. Under a role that is bound to a tenant the statements then run in a transaction
/// that sets it, in the same round trip, and the database shows them nothing else. Under another role they run as they
/// are: it is the pool that says whether a store serves requests or the engine, and the same store does both.
extension PostgresPool {
    func rows(_ sql: String, _ parameters: [PostgresValue]) async throws -> PostgresRows {
        try await passingCancellation { try await query(sql, parameters) }
    }

    func rows(
        _ sql: String, _ parameters: [PostgresValue], in tenant: TenantID, isPrepared: Bool = false
    ) async throws -> PostgresRows {
        guard isBoundToTenant || isPrepared else { return try await rows(sql, parameters) }
        return try await pipeline([PostgresStatement(sql, parameters, isPrepared: isPrepared)], in: tenant)[0]
    }

    /// Statements in one round trip and one transaction.
    func pipeline(_ statements: [PostgresStatement], in tenant: TenantID) async throws -> [PostgresRows] {
        guard isBoundToTenant else { return try await pipeline(statements) }
        return try await passingCancellation {
            try await withConnection { try await $0.transact(under: [Self.binding(to: tenant)], statements) }
        }
    }

    func transaction<Value: Sendable>(
        in tenant: TenantID, _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let settings = isBoundToTenant ? [Self.binding(to: tenant)] : []
        return try await passingCancellation { try await withTransaction(under: settings, body) }
    }

    private var isBoundToTenant: Bool { target.role?.isBoundToTenant ?? false }

    /// A statement of its own and not a call of `set_config`, which the servers of Citus would not hear of. It takes no
    /// parameters; an id's text is hexadecimal.
    static func binding(to tenant: TenantID) -> PostgresStatement {
        PostgresStatement("set local patchbay.tenant = '\(tenant.uuid)'")
    }

    /// A statement that only reads, for callers who would rather wait than fail: while the database is away it is tried
    /// again, until `patience` is over or the task is cancelled.
    func patientRows(
        _ sql: String, _ parameters: [PostgresValue], in tenant: TenantID, patience: Duration = .seconds(20)
    ) async throws -> PostgresRows {
        let deadline = ContinuousClock.now + patience
        while true {
            do {
                return try await rows(sql, parameters, in: tenant)
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
