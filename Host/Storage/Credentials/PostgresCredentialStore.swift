package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// Credentials in PostgreSQL, sealed by whoever calls.
package struct PostgresCredentialStore: CredentialStore {
    let pool: PostgresPool

    /// - Parameter pool: That of the API's role; no other may read credentials.
    package init(_ pool: PostgresPool) { self.pool = pool }

    package func create(_ record: CredentialRecord, sealed: SealedContent) async throws {
        try await pool.transaction(in: record.tenant) { connection in
            try await Self.hold(sealed.key, in: record.tenant, over: connection)
            let rows = try await connection.query(
                Self.insert,
                [
                    .id(record.tenant), .id(record.id), .words(record.name), .word(record.kind),
                    .optional(record.connector, PostgresValue.words), Self.list(record.hosts),
                    .document(record.settings), .moment(record.createdAt), .moment(record.updatedAt),
                    Self.list(record.sharedWith), .word(record.state),
                    .optional(record.reason, PostgresValue.words), .optional(sealed.key, PostgresValue.id),
                    .bytes(sealed.bytes),
                ])
            if rows.affected == 0 { throw StoreConflict.nameTaken(record.name) }
        }
    }

    private static let insert = """
        insert into credentials (
            tenant_id, credential_id, name, kind, connector, hosts, settings, created_at, updated_at, shared_with, state,
            reason, key_id, sealed)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
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
        try await pool.rows(Self.selectAll, [.id(tenant)], in: tenant).map { try Self.credential($0).record }
    }

    private static let selectAll = "select \(columns) from credentials where tenant_id = $1 order by name"

    package func credential(named name: String, in tenant: TenantID) async throws -> SealedCredential? {
        try await pool.patientRows(Self.selectByName, [.id(tenant), .words(name)], in: tenant).first
            .map(Self.credential)
    }

    private static let selectByName = "select \(columns) from credentials where tenant_id = $1 and name = $2"

    package func credential(_ id: CredentialID, in tenant: TenantID) async throws -> SealedCredential? {
        try await pool.patientRows(Self.selectByID, [.id(tenant), .id(id)], in: tenant).first.map(Self.credential)
    }

    static let selectByID = "select \(columns) from credentials where tenant_id = $1 and credential_id = $2"

    static let columns = """
        tenant_id, credential_id, name, kind, connector, hosts, settings, created_at, updated_at, shared_with, state,
        reason, key_id, sealed
        """

    static func credential(_ row: PostgresRow) throws -> SealedCredential {
        let record = try CredentialRecord(
            id: row.id("credential_id"), tenant: row.id("tenant_id"), name: row.text("name"), kind: row.word("kind"),
            connector: row.present("connector", row.text), hosts: words(row.document("hosts")),
            settings: row.document("settings"), createdAt: row.moment("created_at"),
            updatedAt: row.moment("updated_at"),
            sharedWith: row.isNull("shared_with") ? nil : words(row.document("shared_with")), state: row.word("state"),
            reason: row.present("reason", row.text))
        return SealedCredential(
            record: record, content: SealedContent(try row.bytes("sealed"), key: try row.optionalID("key_id")))
    }

    static func list(_ words: [String]?) -> PostgresValue {
        guard let words else { return .null }
        return .document(.array(words.map(JSON.string)))
    }

    private static func words(_ list: JSON) -> [String] { list.array?.compactMap(\.string) ?? [] }

    /// Keeps a data key the current one until the transaction ends. A key that is retired meanwhile waits for that, and a
    /// rotation that follows then sees what was sealed with it.
    static func hold(_ key: DataKeyID?, in tenant: TenantID, over connection: PostgresConnection) async throws {
        guard let key else { return }
        let rows = try await connection.query(holdKey, [.id(tenant), .id(key)])
        if rows.isEmpty { throw StaleDataKey() }
    }

    private static let holdKey = """
        select 1 from tenant_keys where tenant_id = $1 and key_id = $2 and state = 'current' for share
        """
}
