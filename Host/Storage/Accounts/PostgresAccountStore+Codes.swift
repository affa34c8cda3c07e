package import PatchbayCore
import PatchbayPostgres

extension PostgresAccountStore {
    package func offerTOTP(_ sealed: [UInt8], of account: AccountID) async throws -> Bool {
        try await pool.rows(Self.offer, [.id(account), .bytes(sealed)]).affected > 0
    }

    private static let offer = """
        update accounts set totp = $2, totp_step = null where account_id = $1 and not totp_active
        """

    package func activateTOTP(of account: AccountID, step: Int64, recovery: [[UInt8]]) async throws -> Bool {
        try await pool.transaction { connection in
            guard try await connection.query(Self.activate, [.id(account), .int(step)]).affected > 0 else {
                return false
            }
            _ = try await connection.pipeline([
                PostgresStatement(Self.forgetCodes, [.id(account)]),
                PostgresStatement(Self.insertCodes, [.id(account), .array(.bytes, recovery.map { .bytes($0) })]),
            ])
            return true
        }
    }

    private static let activate = """
        update accounts set totp_active = true, totp_step = $2
        where account_id = $1 and totp is not null and not totp_active
        """
    private static let forgetCodes = "delete from recovery_codes where account_id = $1"
    private static let insertCodes = """
        insert into recovery_codes (account_id, digest) select $1, digest from unnest($2::bytea[]) as t (digest)
        """

    package func removeTOTP(of account: AccountID) async throws {
        _ = try await pool.pipeline([
            PostgresStatement(Self.deactivate, [.id(account)]), PostgresStatement(Self.forgetCodes, [.id(account)]),
        ])
    }

    private static let deactivate = """
        update accounts set totp = null, totp_active = false, totp_step = null where account_id = $1
        """

    package func useStep(_ step: Int64, of account: AccountID) async throws -> Bool {
        try await pool.rows(Self.takeStep, [.id(account), .int(step)]).affected > 0
    }

    private static let takeStep = """
        update accounts set totp_step = $2 where account_id = $1 and (totp_step is null or totp_step < $2)
        """

    package func useRecoveryCode(_ digest: [UInt8], of account: AccountID) async throws -> Bool {
        try await pool.rows(Self.takeCode, [.id(account), .bytes(digest)]).affected > 0
    }

    private static let takeCode = "delete from recovery_codes where account_id = $1 and digest = $2"
}
