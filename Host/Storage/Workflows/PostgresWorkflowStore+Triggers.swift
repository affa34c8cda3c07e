import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// How many schedules and polling triggers a tenant may have.
extension PostgresWorkflowStore {
    /// Throws `TenantRefusal` when there are more than the tenant may have after a change, and more than before it. Two who
    /// make some at once come one after the other.
    static func limitingTriggers<Value>(
        of tenant: TenantID, over connection: PostgresConnection, _ change: () async throws -> Value
    ) async throws -> Value {
        let answers = try await connection.pipeline([
            PostgresStatement(lockTriggers, [.id(tenant)]), PostgresStatement(countTriggers, [.id(tenant)]),
        ])
        guard let limit = answers[0].first,
            let most = try limit.present("max_triggers", limit.int).map(Int.init)
        else { return try await change() }
        let before = try answers[1].one().number("triggers")
        let value = try await change()
        let after = try await connection.query(countTriggers, [.id(tenant)]).one().number("triggers")
        guard after <= max(most, before) else { throw TenantRefusal.exhausted(.triggers, used: before, most: most) }
        return value
    }

    /// The same for a document that is stored; nothing is asked where it has none.
    static func limitingTriggers<Value>(
        of document: JSON, in tenant: TenantID, over connection: PostgresConnection, _ change: () async throws -> Value
    ) async throws -> Value {
        guard !DeclaredSchedule.all(in: document).isEmpty || !DeclaredPoll.all(in: document).isEmpty else {
            return try await change()
        }
        return try await limitingTriggers(of: tenant, over: connection, change)
    }

    private static let lockTriggers = "select max_triggers from tenants where tenant_id = $1 for no key update"

    /// Both tables stay on one server.
    private static let countTriggers = """
        select (select count(*) from schedules where tenant_id = $1) + (select count(*) from polls where tenant_id = $1)
            as triggers
        """
}
