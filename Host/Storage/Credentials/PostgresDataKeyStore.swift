package import PatchbayCore
package import PatchbayPostgres

/// Tenants' wrapped data keys in PostgreSQL.
package struct PostgresDataKeyStore: DataKeyStore {
    private let pool: PostgresPool

    /// - Parameter pool: That of the API's role; no other may read these keys.
    package init(_ pool: PostgresPool) { self.pool = pool }

    package func currentKey(in tenant: TenantID) async throws -> DataKeyRecord? {
        try await pool.patientRows(Self.selectCurrent, [.id(tenant)], in: tenant).first.map(Self.record)
    }

    private static let selectCurrent = "select \(columns) from tenant_keys where tenant_id = $1 and state = 'current'"

    package func key(_ id: DataKeyID, in tenant: TenantID) async throws -> DataKeyRecord? {
        try await pool.patientRows(Self.selectByID, [.id(tenant), .id(id)], in: tenant).first.map(Self.record)
    }

    private static let selectByID = "select \(columns) from tenant_keys where tenant_id = $1 and key_id = $2"

    package func keys(in tenant: TenantID) async throws -> [DataKeyRecord] {
        try await pool.rows(Self.selectAll, [.id(tenant)], in: tenant).map(Self.record)
    }

    private static let selectAll = """
        select \(columns) from tenant_keys where tenant_id = $1 order by created_at, key_id
        """

    package func add(_ key: DataKeyRecord, replacing replaced: DataKeyID?) async throws -> DataKeyRecord {
        let added = try await pool.transaction(in: key.tenant) { connection in
            if let replaced {
                let retired = try await connection.query(
                    Self.retire, [.id(key.tenant), .id(replaced), .moment(key.createdAt)]
                ).affected
                guard retired > 0 else { return false }
            }
            // Who waited for another one's first key finds it there.
            return try await connection.query(
                Self.insert,
                [
                    .id(key.tenant), .id(key.id), .text(key.wrapper), .bytes(key.wrapped), .moment(key.createdAt),
                    .moment(key.wrappedAt),
                ]
            ).affected > 0
        }
        if added { return key }
        guard let current = try await currentKey(in: key.tenant) else {
            throw StorageError(description: "the data key \(replaced?.description ?? "") of \(key.tenant) is not there")
        }
        return current
    }

    private static let retire = """
        update tenant_keys set state = 'retired', retired_at = $3
        where tenant_id = $1 and key_id = $2 and state = 'current'
        """
    private static let insert = """
        insert into tenant_keys (tenant_id, key_id, state, wrapper, wrapped, created_at, wrapped_at)
        values ($1, $2, 'current', $3, $4, $5, $6)
        on conflict (tenant_id) where state = 'current' do nothing
        """

    package func rewrap(
        _ id: DataKeyID, in tenant: TenantID, expecting: [UInt8], wrapper: String, wrapped: [UInt8], at: Timestamp
    ) async throws -> Bool {
        try await pool.rows(
            Self.replaceWrapping,
            [.id(tenant), .id(id), .bytes(expecting), .text(wrapper), .bytes(wrapped), .moment(at)], in: tenant
        ).affected > 0
    }

    private static let replaceWrapping = """
        update tenant_keys set wrapper = $4, wrapped = $5, wrapped_at = $6
        where tenant_id = $1 and key_id = $2 and wrapped = $3
        """

    package func deleteUnused(retiredBefore moment: Timestamp, in tenant: TenantID) async throws -> Int {
        try await pool.rows(Self.deleteRetired, [.id(tenant), .moment(moment)], in: tenant).affected
    }

    private static let deleteRetired = """
        delete from tenant_keys k
        where tenant_id = $1 and state = 'retired' and retired_at < $2
            and not exists (select from credentials c where c.tenant_id = $1 and c.key_id = k.key_id)
        """

    package func sealedCounts(in tenant: TenantID) async throws -> [DataKeyID?: Int] {
        let rows = try await pool.rows(Self.countSealed, [.id(tenant)], in: tenant)
        return try rows.reduce(into: [:]) { counts, row in
            counts[try row.optionalID("key_id", of: DataKeyTag.self)] = try row.number("credentials")
        }
    }

    private static let countSealed = """
        select key_id, count(*) as credentials from credentials where tenant_id = $1 group by key_id
        """

    private static let columns = """
        tenant_id, key_id, state, wrapper, wrapped, created_at, wrapped_at, retired_at
        """

    private static func record(_ row: PostgresRow) throws -> DataKeyRecord {
        try DataKeyRecord(
            id: row.id("key_id"), tenant: row.id("tenant_id"), state: row.word("state"), wrapper: row.text("wrapper"),
            wrapped: row.bytes("wrapped"), createdAt: row.moment("created_at"), wrappedAt: row.moment("wrapped_at"),
            retiredAt: row.optionalMoment("retired_at"))
    }
}
