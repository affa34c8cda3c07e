package import PatchbayCore
package import PatchbayJSON
package import PatchbayPostgres

/// Operators' settings of connectors in PostgreSQL.
package struct PostgresConnectorSettingsStore: ConnectorSettingsStore {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    /// Every call of an action asks; a database that is away for a moment must not fail the step.
    package func settings(of connector: String, in tenant: TenantID) async throws -> JSON {
        let row = try await pool.patientRows(Self.select, [.id(tenant), .words(connector)], in: tenant).first
        return try row?.document("settings") ?? [:]
    }

    private static let select = "select settings from connector_settings where tenant_id = $1 and connector = $2"

    package func set(_ settings: JSON, of connector: String, in tenant: TenantID, at: Timestamp) async throws {
        _ = try await pool.rows(
            Self.upsert, [.id(tenant), .words(connector), .document(settings), .moment(at)], in: tenant)
    }

    private static let upsert = """
        insert into connector_settings (tenant_id, connector, settings, updated_at) values ($1, $2, $3, $4)
        on conflict (tenant_id, connector) do update set settings = excluded.settings, updated_at = excluded.updated_at
        """
}
