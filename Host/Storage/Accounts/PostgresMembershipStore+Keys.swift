package import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

extension PostgresMembershipStore {
    /// Milliseconds within which a key's use is noted once.
    private static let useGrain: Int64 = 60_000

    package func create(_ key: APIKeyRecord, digest: [UInt8]) async throws {
        let workflows = key.workflows.map { JSON.array($0.sorted().map { .string($0.description) }) }
        _ = try await pool.rows(
            Self.insertKey,
            [
                .id(key.tenant), .id(key.id), .bytes(digest), .words(key.name), .words(key.prefix),
                .permissions(key.permissions), .optional(workflows, PostgresValue.document),
                .optional(key.createdBy, PostgresValue.id), .moment(key.createdAt),
                .optional(key.expiresAt, PostgresValue.moment),
            ], in: key.tenant)
    }

    private static let insertKey = """
        insert into api_keys (tenant_id, key_id, digest, name, prefix, permissions, workflows, created_by, created_at,
            expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """

    package func keys(in tenant: TenantID, of account: AccountID?) async throws -> [APIKeyRecord] {
        try await pool.rows(Self.selectKeys, [.id(tenant), .optional(account, PostgresValue.id)], in: tenant).map(
            Self.key)
    }

    private static let selectKeys = """
        select \(keyColumns) from api_keys k where k.tenant_id = $1 and ($2::uuid is null or k.created_by = $2)
        order by k.key_id desc
        """

    package func deleteKey(_ id: APIKeyID, in tenant: TenantID, of account: AccountID?) async throws -> Bool {
        try await pool.rows(
            Self.removeKey, [.id(tenant), .id(id), .optional(account, PostgresValue.id)], in: tenant
        ).affected > 0
    }

    private static let removeKey = """
        delete from api_keys where tenant_id = $1 and key_id = $2 and ($3::uuid is null or created_by = $3)
        """

    package func key(_ digest: [UInt8], in tenant: TenantID, at now: Timestamp) async throws -> APIKeyRecord? {
        let found = try await pool.rows(Self.selectKey, [.id(tenant), .bytes(digest), .moment(now)], in: tenant)
        guard let row = found.first else { return nil }
        var key = try Self.key(row)
        if let maker = key.createdBy {
            guard try await !pool.rows(Self.selectMaker, [.id(maker)], in: tenant).isEmpty else { return nil }
            let held = try row.permissions("role_permissions", of: try row.text("role"))
            key.permissions = key.permissions.intersection(held)
        }
        if key.usedAt.map({ now - $0 >= Self.useGrain }) ?? true {
            _ = try await pool.rows(Self.noteUse, [.id(tenant), .id(key.id), .moment(now)], in: tenant)
            key.usedAt = now
        }
        return key
    }

    private static let noteUse = "update api_keys set used_at = $3 where tenant_id = $1 and key_id = $2"

    /// A key whose maker is no member any more, or whose account was disabled, opens nothing.
    private static let selectKey = """
        select \(keyColumns), m.role, r.permissions as role_permissions
        from api_keys k
        left join memberships m on m.tenant_id = k.tenant_id and m.account_id = k.created_by
        left join roles r on r.tenant_id = m.tenant_id and r.name = m.role
        where k.tenant_id = $1 and k.digest = $2 and (k.expires_at is null or k.expires_at > $3)
            and (k.created_by is null or m.account_id is not null)
        """

    private static let selectMaker = "select 1 as one from accounts where account_id = $1 and disabled_at is null"

    private static let keyColumns = """
        k.tenant_id, k.key_id, k.name, k.prefix, k.permissions, k.workflows, k.created_by, k.created_at, k.expires_at,
        k.used_at
        """

    private static func key(_ row: PostgresRow) throws -> APIKeyRecord {
        let workflows = try row.isNull("workflows") ? nil : row.document("workflows").array ?? []
        return try APIKeyRecord(
            id: row.id("key_id"), tenant: row.id("tenant_id"), name: row.text("name"), prefix: row.text("prefix"),
            permissions: row.permissions("permissions"),
            workflows: workflows.map { Set($0.compactMap { $0.string.flatMap { WorkflowID($0) } }) },
            createdBy: row.optionalID("created_by"), createdAt: row.moment("created_at"),
            expiresAt: row.optionalMoment("expires_at"), usedAt: row.optionalMoment("used_at"))
    }
}
