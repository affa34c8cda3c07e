package import PatchbayCore
import PatchbayPostgres

extension PostgresAccountStore {
    /// Sealed secrets of one-time codes, in the order of their accounts' ids, from behind one on.
    package func sealedSecrets(
        after: AccountID?, limit: Int
    ) async throws -> [(account: AccountID, sealed: [UInt8])] {
        try await pool.rows(Self.selectSecrets, [.optional(after, PostgresValue.id), .number(limit)]).map {
            (account: try $0.id("account_id"), sealed: try $0.bytes("totp"))
        }
    }

    private static let selectSecrets = """
        select account_id, totp from accounts where totp is not null and ($1::uuid is null or account_id > $1)
        order by account_id limit $2
        """

    /// Replaces how a secret is sealed. False when it is not sealed as expected any more.
    package func reseal(_ account: AccountID, expecting: [UInt8], with sealed: [UInt8]) async throws -> Bool {
        try await pool.rows(Self.replaceSecret, [.id(account), .bytes(expecting), .bytes(sealed)]).affected > 0
    }

    private static let replaceSecret = "update accounts set totp = $3 where account_id = $1 and totp = $2"
}
