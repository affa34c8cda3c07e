package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// Where the operator lets tenants' calls go, in PostgreSQL.
package struct PostgresTenantEgressStore: TenantEgressStore {
    private let pool: PostgresPool

    /// `pool`: that of the engine's role, or of the API's for reading alone.
    package init(_ pool: PostgresPool) { self.pool = pool }

    /// Every call of an action may ask; a database that is away for a moment must not fail the step.
    package func egress(of tenant: TenantID) async throws -> EgressRules {
        let row = try await pool.patientRows(Self.select, [.id(tenant)], in: tenant).first
        guard let rules = try row?.document("egress") else { return EgressRules() }
        func texts(_ name: String) throws -> [String]? {
            guard let member = rules[name], !member.isNull else { return nil }
            let texts = (member.array ?? []).compactMap { $0.string }
            guard let list = member.array, texts.count == list.count else {
                throw StorageError(description: "the egress rules of the tenant \(tenant) cannot be read")
            }
            return texts
        }
        return EgressRules(hosts: try texts("hosts"), networks: try texts("networks"))
    }

    private static let select = "select coalesce(egress, '{}') as egress from tenants where tenant_id = $1"

    package func setEgress(_ rules: EgressRules, of tenant: TenantID) async throws -> Bool {
        var members: JSONObject = [:]
        if let hosts = rules.hosts { members["hosts"] = .array(hosts.map(JSON.string)) }
        if let networks = rules.networks { members["networks"] = .array(networks.map(JSON.string)) }
        return try await pool.rows(Self.update, [.id(tenant), .document(.object(members))]).affected > 0
    }

    private static let update = "update tenants set egress = $2 where tenant_id = $1"
}
