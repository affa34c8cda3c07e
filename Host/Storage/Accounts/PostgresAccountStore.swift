package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// Accounts and their sessions in PostgreSQL. They are no tenant's, so the pool is that of the role for it.
package struct PostgresAccountStore: AccountStore {
    let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func signIn(email: String) async throws -> SignInRecord? {
        try await pool.rows(Self.selectByEmail, [.words(email)]).first.map(Self.signIn)
    }

    private static let selectByEmail = "select \(columns) from accounts where email = $1"

    package func signIn(_ account: AccountID) async throws -> SignInRecord? {
        try await pool.rows(Self.selectByID, [.id(account)]).first.map(Self.signIn)
    }

    private static let selectByID = "select \(columns) from accounts where account_id = $1"

    package func accounts(page: PageRequest) async throws -> Page<SignInRecord> {
        let rows = try await pool.rows(Self.list, [try page.cursor(AccountTag.self), page.reach])
        return try page.page(of: rows) { row in
            let record = try Self.signIn(row)
            return (record, record.account.id.description)
        }
    }

    private static let list = """
        select \(columns) from accounts where $1::uuid is null or account_id < $1 order by account_id desc limit $2
        """

    package func setOperator(_ isOperator: Bool, _ account: AccountID) async throws -> Bool {
        try await pool.rows(Self.updateOperator, [.id(account), .bool(isOperator)]).affected > 0
    }

    private static let updateOperator = "update accounts set is_operator = $2 where account_id = $1"

    package func setDisabled(_ isDisabled: Bool, _ account: AccountID, at now: Timestamp) async throws -> Bool {
        try await pool.rows(Self.updateDisabled, [.id(account), isDisabled ? .moment(now) : .null]).affected > 0
    }

    private static let updateDisabled = "update accounts set disabled_at = $2 where account_id = $1"

    private static let columns = columns("")

    static func columns(_ table: String) -> String {
        ["account_id", "email", "name", "password", "totp", "totp_active", "totp_step", "is_operator", "created_at"]
            .map { table + $0 + ", " }.joined() + table + "disabled_at"
    }

    static func signIn(_ row: PostgresRow) throws -> SignInRecord {
        try SignInRecord(
            account: account(row), passwordHash: row.present("password", row.text),
            sealedTOTP: row.present("totp", row.bytes), usedStep: row.present("totp_step", row.int),
            isDisabled: !row.isNull("disabled_at"))
    }

    static func account(_ row: PostgresRow) throws -> AccountRecord {
        try AccountRecord(
            id: row.id("account_id"), email: row.text("email"), name: row.text("name"),
            isOperator: row.bool("is_operator"), isTOTPActive: row.bool("totp_active"),
            createdAt: row.moment("created_at"))
    }

    package func admitAttempt(
        of account: AccountID, at now: Timestamp, by rules: AttemptState.Rules
    ) async throws -> Timestamp? {
        try await pool.transaction { connection in
            guard let row = try await connection.query(Self.lockAttempts, [.id(account)]).first else { return nil }
            var state = AttemptState(
                failures: try row.number("failures"), lastFailure: try row.optionalMoment("last_failure"))
            if let end = state.closed(at: now, by: rules) { return end }
            state.fail(at: now, by: rules)
            _ = try await connection.query(
                Self.setAttempts,
                [.id(account), .number(state.failures), .optional(state.lastFailure, PostgresValue.moment)])
            return nil
        }
    }

    private static let lockAttempts = "select failures, last_failure from accounts where account_id = $1 for update"
    private static let setAttempts = "update accounts set failures = $2, last_failure = $3 where account_id = $1"

    package func forgetAttempts(of account: AccountID) async throws {
        _ = try await pool.rows(Self.setAttempts, [.id(account), .number(0), .null])
    }

    package func setPassword(_ hash: String, of account: AccountID) async throws {
        _ = try await pool.rows(Self.updatePassword, [.id(account), .text(hash)])
    }

    private static let updatePassword = "update accounts set password = $2 where account_id = $1"

    package func offerLink(
        _ digest: [UInt8], to email: String, until: Timestamp, at now: Timestamp, by rules: AttemptState.Rules
    ) async throws -> AccountID? {
        try await pool.transaction { connection in
            let row = try await connection.query(Self.lockByEmail, [.words(email)]).first
            // What nobody has opens nothing, and is written all the same.
            var (account, isOffered) = (AccountID.new(at: now), false)
            var state = AttemptState()
            if let row, try row.isNull("disabled_at") {
                state = AttemptState(
                    failures: try row.number("failures"), lastFailure: try row.optionalMoment("last_failure"))
                if state.closed(at: now, by: rules) == nil { (account, isOffered) = (try row.id("account_id"), true) }
            }
            state.fail(at: now, by: rules)
            _ = try await connection.pipeline([
                PostgresStatement(
                    Self.setAttempts,
                    [.id(account), .number(state.failures), .optional(state.lastFailure, PostgresValue.moment)]),
                PostgresStatement(Self.insertLink, [.bytes(digest), .id(account), .moment(until)]),
                PostgresStatement(Self.forgetLinks, [.moment(now)]),
            ])
            return isOffered ? account : nil
        }
    }

    private static let lockByEmail = """
        select account_id, failures, last_failure, disabled_at from accounts where email = $1 for update
        """

    package func addLink(_ digest: [UInt8], for account: AccountID, until: Timestamp) async throws {
        _ = try await pool.rows(Self.insertLink, [.bytes(digest), .id(account), .moment(until)])
    }

    private static let insertLink = "insert into sign_in_links (digest, account_id, expires_at) values ($1, $2, $3)"

    package func useLink(_ digest: [UInt8], at now: Timestamp) async throws -> AccountID? {
        let rows = try await pool.pipeline([
            PostgresStatement(Self.takeLink, [.bytes(digest), .moment(now)]),
            // What nobody used goes with the next that is used.
            PostgresStatement(Self.forgetLinks, [.moment(now)]),
        ])
        return try rows[0].first?.id("account_id")
    }

    private static let takeLink = "delete from sign_in_links where digest = $1 and expires_at > $2 returning account_id"
    private static let forgetLinks = "delete from sign_in_links where expires_at <= $1"
}
