package import PatchbayCore
import PatchbayPostgres

extension PostgresAccountStore {
    package func signIn(_ identity: ExternalIdentity) async throws -> SignInRecord? {
        try await pool.rows(Self.selectByIdentity, [.words(identity.issuer), .words(identity.subject)]).first
            .map(Self.signIn)
    }

    private static let selectByIdentity = """
        select \(columns("a.")) from account_identities i join accounts a on a.account_id = i.account_id
        where i.issuer = $1 and i.subject = $2
        """

    package func link(_ identity: ExternalIdentity, to account: AccountID, at now: Timestamp) async throws -> Bool {
        try await pool.rows(
            Self.insertIdentity, [.words(identity.issuer), .words(identity.subject), .id(account), .moment(now)]
        ).affected > 0
    }

    static let insertIdentity = """
        insert into account_identities (issuer, subject, account_id, linked_at) values ($1, $2, $3, $4)
        on conflict (issuer, subject) do nothing
        """

    package func identities(of account: AccountID) async throws -> [LinkedIdentity] {
        try await pool.rows(Self.selectIdentities, [.id(account)]).map { row in
            LinkedIdentity(
                identity: ExternalIdentity(issuer: try row.text("issuer"), subject: try row.text("subject")),
                linkedAt: try row.moment("linked_at"))
        }
    }

    private static let selectIdentities = """
        select issuer, subject, linked_at from account_identities where account_id = $1
        order by linked_at, issuer, subject limit 200
        """

    package func unlink(_ identity: ExternalIdentity, from account: AccountID) async throws -> Bool {
        try await pool.rows(
            Self.deleteIdentity, [.words(identity.issuer), .words(identity.subject), .id(account)]
        ).affected > 0
    }

    private static let deleteIdentity = """
        delete from account_identities where issuer = $1 and subject = $2 and account_id = $3
        """

    package func useAnswer(_ digest: [UInt8], until: Timestamp, at now: Timestamp) async throws -> Bool {
        try await pool.pipeline([
            PostgresStatement(Self.insertAnswer, [.bytes(digest), .moment(until)]),
            PostgresStatement(Self.forgetAnswers, [.moment(now)]),
        ])[0].affected > 0
    }

    private static let insertAnswer = """
        insert into used_answers (digest, expires_at) values ($1, $2) on conflict (digest) do nothing
        """
    private static let forgetAnswers = "delete from used_answers where expires_at <= $1"
}
