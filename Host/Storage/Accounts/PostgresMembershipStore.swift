package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// Tenants' members and roles in PostgreSQL.
package struct PostgresMembershipStore: MembershipStore {
    let pool: PostgresPool
    /// For what accounts do that no tenant knows yet.
    let joining: PostgresPool

    package init(_ pool: PostgresPool, joining: PostgresPool) {
        self.pool = pool
        self.joining = joining
    }

    package func tenantName(_ tenant: TenantID) async throws -> String? {
        try await pool.rows(Self.selectName, [.id(tenant)], in: tenant).first?.text("name")
    }

    private static let selectName = "select name from tenants where tenant_id = $1 and state <> 'deleting'"

    package func members(in tenant: TenantID) async throws -> [MemberRecord] {
        try await pool.rows(Self.list, [.id(tenant)], in: tenant).map { row in
            MemberRecord(
                account: try PostgresAccountStore.account(row), role: try row.text("role"),
                joinedAt: try row.moment("joined_at"))
        }
    }

    private static let list = """
        select a.account_id, a.email, a.name, a.is_operator, a.totp_active, a.created_at, m.role,
            m.created_at as joined_at
        from memberships m join accounts a on a.account_id = m.account_id
        where m.tenant_id = $1 order by a.email
        """

    package func setRole(_ role: String, of account: AccountID, in tenant: TenantID) async throws -> Bool {
        try await pool.transaction(in: tenant) { connection in
            try await Self.checkRole(role, in: tenant, on: connection)
            guard let before = try await Self.lockedRole(of: account, in: tenant, on: connection) else { return false }
            if before == Role.owner.rawValue, role != before {
                try await Self.checkAnotherOwner(than: account, in: tenant, on: connection)
            }
            _ = try await connection.query(Self.update, [.id(tenant), .id(account), .words(role)])
            return true
        }
    }

    private static let update = "update memberships set role = $3 where tenant_id = $1 and account_id = $2"

    package func remove(_ account: AccountID, from tenant: TenantID) async throws -> Bool {
        try await pool.transaction(in: tenant) { connection in
            guard let before = try await Self.lockedRole(of: account, in: tenant, on: connection) else { return false }
            if before == Role.owner.rawValue {
                try await Self.checkAnotherOwner(than: account, in: tenant, on: connection)
            }
            _ = try await connection.pipeline([
                PostgresStatement(Self.delete, [.id(tenant), .id(account)]),
                PostgresStatement(Self.deleteKeys, [.id(tenant), .id(account)]),
            ])
            return true
        }
    }

    private static let delete = "delete from memberships where tenant_id = $1 and account_id = $2"
    private static let deleteKeys = "delete from api_keys where tenant_id = $1 and created_by = $2"

    /// Changes of a tenant's members come one after the other: two owners who leave at the same time would leave none.
    static func lock(_ tenant: TenantID, on connection: PostgresConnection) async throws {
        _ = try await connection.query("select 1 from tenants where tenant_id = $1 for update", [.id(tenant)])
    }

    private static func lockedRole(
        of account: AccountID, in tenant: TenantID, on connection: PostgresConnection
    ) async throws -> String? {
        try await lock(tenant, on: connection)
        return try await connection.query(selectRole, [.id(tenant), .id(account)]).first?.text("role")
    }

    private static let selectRole = "select role from memberships where tenant_id = $1 and account_id = $2"

    private static func checkAnotherOwner(
        than account: AccountID, in tenant: TenantID, on connection: PostgresConnection
    ) async throws {
        let others = try await connection.query(selectOwners, [.id(tenant), .id(account), .word(Role.owner)])
        if others.isEmpty { throw MembershipConflict.lastOwner }
    }

    private static let selectOwners = """
        select 1 as one from memberships where tenant_id = $1 and account_id <> $2 and role = $3 limit 1
        """

    static func checkRole(_ role: String, in tenant: TenantID, on connection: PostgresConnection) async throws {
        guard Role(rawValue: role) == nil else { return }
        let found = try await connection.query(
            "select 1 as one from roles where tenant_id = $1 and name = $2", [.id(tenant), .words(role)])
        if found.isEmpty { throw MembershipConflict.unknownRole(role) }
    }

    package func roles(in tenant: TenantID) async throws -> [CustomRole] {
        try await pool.rows(Self.selectRoles, [.id(tenant)], in: tenant).map { row in
            CustomRole(
                name: try row.text("name"), about: try row.text("about"),
                permissions: try row.permissions("permissions"))
        }
    }

    private static let selectRoles = "select name, about, permissions from roles where tenant_id = $1 order by name"

    package func put(_ role: CustomRole, in tenant: TenantID, at now: Timestamp) async throws {
        _ = try await pool.rows(
            Self.upsertRole,
            [.id(tenant), .words(role.name), .words(role.about), .permissions(role.permissions), .moment(now)],
            in: tenant)
    }

    private static let upsertRole = """
        insert into roles (tenant_id, name, about, permissions, changed_at) values ($1, $2, $3, $4, $5)
        on conflict (tenant_id, name) do update
        set about = excluded.about, permissions = excluded.permissions, changed_at = excluded.changed_at
        """

    package func deleteRole(_ name: String, in tenant: TenantID) async throws -> Bool {
        try await pool.transaction(in: tenant) { connection in
            try await Self.lock(tenant, on: connection)
            let used = try await connection.query(Self.countMembers, [.id(tenant), .words(name)]).one().number("used")
            if used > 0 { throw MembershipConflict.roleInUse(members: used) }
            return try await connection.query(
                "delete from roles where tenant_id = $1 and name = $2", [.id(tenant), .words(name)]
            ).affected > 0
        }
    }

    /// Who was invited as it counts too.
    private static let countMembers = """
        select (select count(*) from memberships where tenant_id = $1 and role = $2)
            + (select count(*) from invitations where tenant_id = $1 and role = $2) as used
        """
}
