package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// Credentials in PostgreSQL, sealed by whoever calls.
package struct PostgresCredentialStore: CredentialStore {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func create(_ record: CredentialRecord, sealed: [UInt8]) async throws {
        let rows = try await pool.rows(
            Self.insert,
            [
                .id(record.tenant), .id(record.id), .words(record.name), .word(record.kind),
                .optional(record.connector, PostgresValue.words),
                .document(.array(record.hosts.map(JSON.string))), .document(record.settings),
                .moment(record.createdAt), .bytes(sealed),
            ], in: record.tenant)
        if rows.affected == 0 { throw StoreConflict.nameTaken(record.name) }
    }

    private static let insert = """
        insert into credentials (tenant_id, credential_id, name, kind, connector, hosts, settings, created_at, sealed)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (tenant_id, name) do nothing
        """

    package func delete(named name: String, in tenant: TenantID) async throws -> Bool {
        try await pool.rows(Self.deleteByName, [.id(tenant), .words(name)], in: tenant).affected > 0
    }

    private static let deleteByName = "delete from credentials where tenant_id = $1 and name = $2"

    package func delete(_ id: CredentialID, in tenant: TenantID) async throws -> Bool {
        try await pool.rows(Self.deleteByID, [.id(tenant), .id(id)], in: tenant).affected > 0
    }

    private static let deleteByID = "delete from credentials where tenant_id = $1 and credential_id = $2"

    package func credentials(in tenant: TenantID) async throws -> [CredentialRecord] {
        try await pool.rows(Self.list, [.id(tenant)], in: tenant).map(Self.record)
    }

    private static let list = "select \(columns) from credentials where tenant_id = $1 order by name"

    package func credential(
        named name: String, in tenant: TenantID
    ) async throws -> (record: CredentialRecord, sealed: [UInt8])? {
        try await pool.patientRows(Self.select, [.id(tenant), .words(name)], in: tenant).first.map { row in
            (try Self.record(row), try row.bytes("sealed"))
        }
    }

    private static let select = "select \(columns), sealed from credentials where tenant_id = $1 and name = $2"

    private static let columns =
        "tenant_id, credential_id, name, kind, connector, hosts, settings, created_at"

    private static func record(_ row: PostgresRow) throws -> CredentialRecord {
        try CredentialRecord(
            id: row.id("credential_id"), tenant: row.id("tenant_id"), name: row.text("name"), kind: row.word("kind"),
            connector: row.present("connector", row.text),
            hosts: row.document("hosts").array?.compactMap(\.string) ?? [], settings: row.document("settings"),
            createdAt: row.moment("created_at"))
    }
}
