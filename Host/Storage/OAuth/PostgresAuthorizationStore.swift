package import PatchbayCore
package import PatchbayPostgres

/// Authorisations that are under way, in PostgreSQL.
package struct PostgresAuthorizationStore: AuthorizationStore {
    /// Of one credential: as many people hardly ever begin within minutes, and nobody fills the table.
    private static let most = 50

    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func begin(_ pending: PendingAuthorization, at now: Timestamp) async throws {
        let (session, account): (SessionID?, AccountID?) =
            switch pending.bearer {
            case .session(let id): (id, nil)
            case .account(let id): (nil, id)
            case .anybody: (nil, nil)
            }
        _ = try await pool.pipeline(
            [
                PostgresStatement(Self.forget, [.id(pending.tenant), .moment(now)]),
                PostgresStatement(
                    Self.forgetOldest, [.id(pending.tenant), .id(pending.credential), .number(Self.most - 1)]),
                PostgresStatement(
                    Self.insert,
                    [
                        .id(pending.tenant), .bytes(pending.digest), .id(pending.credential), .bytes(pending.verifier),
                        .text(pending.redirect), .optional(pending.returnPath, PostgresValue.text),
                        .optional(session, PostgresValue.id), .optional(account, PostgresValue.id),
                        .moment(pending.expiresAt),
                    ]),
            ], in: pending.tenant)
    }

    private static let forget = "delete from oauth_authorizations where tenant_id = $1 and expires_at <= $2"
    private static let forgetOldest = """
        delete from oauth_authorizations where tenant_id = $1 and digest in (
            select digest from oauth_authorizations where tenant_id = $1 and credential_id = $2
            order by expires_at desc offset $3)
        """
    private static let insert = """
        insert into oauth_authorizations (tenant_id, digest, credential_id, verifier, redirect_url, return_path,
            session_id, account_id, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """

    package func take(
        _ digest: [UInt8], in tenant: TenantID, at now: Timestamp
    ) async throws -> PendingAuthorization? {
        guard let row = try await pool.rows(Self.take, [.id(tenant), .bytes(digest)], in: tenant).first else {
            return nil
        }
        let session: SessionID? = try row.optionalID("session_id")
        let account: AccountID? = try row.optionalID("account_id")
        let pending = PendingAuthorization(
            tenant: tenant, credential: try row.id("credential_id"), digest: digest,
            verifier: try row.bytes("verifier"), redirect: try row.text("redirect_url"),
            returnPath: try row.present("return_path", row.text),
            bearer: session.map { .session($0) } ?? account.map { .account($0) } ?? .anybody,
            expiresAt: try row.moment("expires_at"))
        return pending.expiresAt > now ? pending : nil
    }

    private static let take = """
        delete from oauth_authorizations where tenant_id = $1 and digest = $2
        returning credential_id, verifier, redirect_url, return_path, session_id, account_id, expires_at
        """
}
