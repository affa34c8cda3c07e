package import PatchbayCore
import PatchbayPostgres

extension PostgresMembershipStore {
    package func invite(_ invitation: InvitationRecord, digest: [UInt8]) async throws {
        try await pool.transaction(in: invitation.tenant) { connection in
            try await Self.lock(invitation.tenant, on: connection)
            try await Self.checkRole(invitation.role, in: invitation.tenant, on: connection)
            _ = try await connection.pipeline([
                // Somebody who is invited again has the newest invitation only.
                PostgresStatement(
                    Self.forgetOlder,
                    [.id(invitation.tenant), .words(invitation.email), .moment(invitation.createdAt)]),
                PostgresStatement(
                    Self.insertInvitation,
                    [
                        .id(invitation.tenant), .id(invitation.id), .bytes(digest), .words(invitation.email),
                        .words(invitation.role), .optional(invitation.createdBy, PostgresValue.id),
                        .moment(invitation.createdAt), .moment(invitation.expiresAt),
                    ]),
            ])
        }
    }

    private static let forgetOlder = """
        delete from invitations where tenant_id = $1 and (email = $2 or expires_at <= $3)
        """
    private static let insertInvitation = """
        insert into invitations (tenant_id, invitation_id, digest, email, role, created_by, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """

    package func invitations(in tenant: TenantID, at now: Timestamp) async throws -> [InvitationRecord] {
        try await pool.rows(Self.selectInvitations, [.id(tenant), .moment(now)], in: tenant).map(Self.invitation)
    }

    private static let selectInvitations = """
        select \(invitationColumns) from invitations where tenant_id = $1 and expires_at > $2
        order by invitation_id desc
        """

    package func withdraw(_ invitation: InvitationID, in tenant: TenantID) async throws -> Bool {
        try await pool.rows(Self.deleteInvitation, [.id(tenant), .id(invitation)], in: tenant).affected > 0
    }

    private static let deleteInvitation = "delete from invitations where tenant_id = $1 and invitation_id = $2"

    package func invitation(
        _ digest: [UInt8], in tenant: TenantID, at now: Timestamp
    ) async throws -> InvitationRecord? {
        try await pool.rows(Self.selectInvitation, [.id(tenant), .bytes(digest), .moment(now)], in: tenant).first
            .map(Self.invitation)
    }

    private static let selectInvitation = """
        select \(invitationColumns) from invitations where tenant_id = $1 and digest = $2 and expires_at > $3
        """
    private static let invitationColumns = """
        tenant_id, invitation_id, email, role, created_by, created_at, expires_at
        """

    private static func invitation(_ row: PostgresRow) throws -> InvitationRecord {
        try InvitationRecord(
            id: row.id("invitation_id"), tenant: row.id("tenant_id"), email: row.text("email"), role: row.text("role"),
            createdBy: row.optionalID("created_by"), createdAt: row.moment("created_at"),
            expiresAt: row.moment("expires_at"))
    }

    package func accept(
        _ invitation: InvitationRecord, as account: AccountRecord, passwordHash: String, at now: Timestamp
    ) async throws -> Bool {
        try await joining.transaction { connection in
            guard try await Self.take(invitation, at: now, on: connection) else { return false }
            let made = try await connection.query(Self.insertAccount, Self.values(of: account, .text(passwordHash)))
            // The invitation comes back with the transaction.
            guard made.affected > 0 else { throw MembershipConflict.emailTaken }
            try await Self.join(invitation.tenant, invitation.role, account.id, at: now, on: connection)
            return true
        }
    }

    private static let insertAccount = """
        insert into accounts (account_id, email, name, password, is_operator, created_at)
        values ($1, $2, $3, $4, $5, $6) on conflict (email) do nothing
        """

    package func accept(_ invitation: InvitationRecord, by account: AccountID, at now: Timestamp) async throws -> Bool {
        try await joining.transaction { connection in
            guard try await Self.take(invitation, at: now, on: connection) else { return false }
            try await Self.join(invitation.tenant, invitation.role, account, at: now, on: connection)
            return true
        }
    }

    package func accept(
        _ identity: ExternalIdentity, as account: AccountRecord, otherwise: MembershipRecord?, at now: Timestamp
    ) async throws -> Bool {
        try await joining.transaction { connection in
            // In the order of the tenants, whose rows are locked.
            let waiting = try await connection.query(Self.selectByEmail, [.words(account.email), .moment(now)])
            var count = 0
            for invitation in try waiting.map(Self.invitation)
            where try await Self.take(invitation, at: now, on: connection) {
                try await Self.join(invitation.tenant, invitation.role, account.id, at: now, on: connection)
                count += 1
            }
            if count == 0 {
                guard let otherwise else { return false }
                try await Self.join(otherwise.tenant, otherwise.role, account.id, at: now, on: connection)
            }
            let made = try await connection.query(Self.insertAccount, Self.values(of: account, .null))
            let linked = try await connection.query(
                PostgresAccountStore.insertIdentity,
                [.words(identity.issuer), .words(identity.subject), .id(account.id), .moment(now)])
            // Everything comes back with the transaction.
            guard made.affected > 0, linked.affected > 0 else { throw MembershipConflict.emailTaken }
            return true
        }
    }

    private static let selectByEmail = """
        select \(invitationColumns) from invitations where email = $1 and expires_at > $2
        order by tenant_id, invitation_id
        """

    private static func values(of account: AccountRecord, _ password: PostgresValue) -> [PostgresValue] {
        [
            .id(account.id), .words(account.email), .words(account.name), password, .bool(account.isOperator),
            .moment(account.createdAt),
        ]
    }

    private static func take(
        _ invitation: InvitationRecord, at now: Timestamp, on connection: PostgresConnection
    ) async throws -> Bool {
        _ = try await connection.query("select lock_tenant($1)", [.id(invitation.tenant)])
        return try await connection.query(
            deleteInvitation + " and expires_at > $3", [.id(invitation.tenant), .id(invitation.id), .moment(now)]
        ).affected > 0
    }

    /// Whoever is a member already stays what they are: an invitation raises or lowers nobody.
    private static func join(
        _ tenant: TenantID, _ role: String, _ account: AccountID, at now: Timestamp, on connection: PostgresConnection
    ) async throws {
        _ = try await connection.query(insertMember, [.id(tenant), .id(account), .words(role), .moment(now)])
    }

    private static let insertMember = """
        insert into memberships (tenant_id, account_id, role, created_at) values ($1, $2, $3, $4)
        on conflict (tenant_id, account_id) do nothing
        """
}
