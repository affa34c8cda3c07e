package import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

extension PostgresAccountStore {
    package func open(_ session: SessionRecord, digest: [UInt8]) async throws {
        _ = try await pool.pipeline([
            PostgresStatement(
                Self.insert,
                [
                    .id(session.id), .bytes(digest), .id(session.account), .word(session.method),
                    .moment(session.createdAt), .moment(session.expiresAt), .words(session.address),
                    .words(session.agent),
                ]),
            PostgresStatement(Self.forget, [.moment(session.createdAt)]),
        ])
    }

    private static let insert = """
        insert into sessions (session_id, digest, account_id, method, created_at, expires_at, address, agent)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """
    private static let forget = "delete from sessions where expires_at <= $1"

    package func session(_ digest: [UInt8], at now: Timestamp) async throws -> SessionGrant? {
        guard let row = try await pool.rows(Self.select, [.bytes(digest), .moment(now)]).first else { return nil }
        let account = try PostgresAccountStore.account(row)
        // Not one statement: accounts stay on the first server, memberships lie with their tenants.
        let places = try await pool.rows(Self.selectPlaces, [.id(account.id)])
        return SessionGrant(session: try Self.session(row), account: account, places: try places.map(Self.place))
    }

    private static let select = """
        select s.session_id, s.account_id, s.method, s.created_at as opened_at, s.expires_at, s.address, s.agent,
            a.email, a.name, a.is_operator, a.totp_active, a.created_at
        from sessions s join accounts a on a.account_id = s.account_id and a.disabled_at is null
        where s.digest = $1 and s.expires_at > $2
        """

    private static let selectPlaces = """
        select m.tenant_id, m.role, t.name as tenant_name, r.permissions
        from memberships m
        join tenants t on t.tenant_id = m.tenant_id and t.state <> 'deleting'
        left join roles r on r.tenant_id = m.tenant_id and r.name = m.role
        where m.account_id = $1 order by m.created_at, m.tenant_id
        """

    private static func place(_ row: PostgresRow) throws -> SessionGrant.Place {
        let role = try row.text("role")
        return SessionGrant.Place(
            tenant: try row.id("tenant_id"), tenantName: try row.text("tenant_name"), role: role,
            permissions: try row.permissions("permissions", of: role))
    }

    package func tenants(of account: AccountID) async throws -> [TenantID] {
        try await pool.rows(Self.selectTenants, [.id(account)]).map { try $0.id("tenant_id") }
    }

    private static let selectTenants = "select tenant_id from memberships where account_id = $1"

    package func sessions(of account: AccountID, at now: Timestamp) async throws -> [SessionRecord] {
        try await pool.rows(Self.list, [.id(account), .moment(now)]).map(Self.session)
    }

    private static let list = """
        select session_id, account_id, method, created_at as opened_at, expires_at, address, agent from sessions
        where account_id = $1 and expires_at > $2 order by created_at desc limit 200
        """

    private static func session(_ row: PostgresRow) throws -> SessionRecord {
        try SessionRecord(
            id: row.id("session_id"), account: row.id("account_id"), method: row.word("method"),
            createdAt: row.moment("opened_at"), expiresAt: row.moment("expires_at"), address: row.text("address"),
            agent: row.text("agent"))
    }

    package func closeSession(_ id: SessionID, of account: AccountID) async throws -> Bool {
        try await pool.rows(Self.delete, [.id(id), .id(account)]).affected > 0
    }

    private static let delete = "delete from sessions where session_id = $1 and account_id = $2"

    package func closeSessions(of account: AccountID, except kept: SessionID?) async throws -> Int {
        try await pool.rows(Self.deleteAll, [.id(account), .optional(kept, PostgresValue.id)]).affected
    }

    private static let deleteAll = """
        delete from sessions where account_id = $1 and ($2::uuid is null or session_id <> $2)
        """
}

extension PostgresRow {
    /// Those of a role: one that every tenant has, or else what a column of words holds, or none.
    func permissions(_ column: String, of role: String) throws -> PermissionSet {
        if let role = Role(rawValue: role) { return role.permissions }
        return try isNull(column) ? [] : permissions(column)
    }

    /// Of an array of words. Those that this version does not know give nothing.
    func permissions(_ column: String) throws -> PermissionSet {
        PermissionSet(try document(column).array?.compactMap { $0.string.flatMap(Permission.init(rawValue:)) } ?? [])
    }
}

extension PostgresValue {
    static func permissions(_ set: PermissionSet) -> PostgresValue {
        .document(.array(set.permissions.map { .string($0.rawValue) }))
    }
}
