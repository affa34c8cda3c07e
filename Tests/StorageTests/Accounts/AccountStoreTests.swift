import PatchbayCore
import PatchbayPostgres
import PatchbayStorage
import Testing

/// The identity stores over one database, with people in it.
struct People {
    let stores: Stores
    let accounts: PostgresAccountStore
    let members: PostgresMembershipStore

    init(_ stores: Stores) async throws {
        self.stores = stores
        accounts = PostgresAccountStore(stores.identity)
        members = PostgresMembershipStore(stores.api, joining: stores.identity)
        _ = try await stores.pool.query(
            "insert into tenants (tenant_id, name, created_at) values ($1, 'stranger', $2)",
            [
                .uuid(high: Stores.stranger.high, low: Stores.stranger.low),
                .timestamp(Stores.start.milliseconds),
            ])
    }

    /// Somebody who accepted an invitation.
    @discardableResult
    func join(
        _ email: String, as role: String = "owner", tenant: TenantID = Stores.tenant,
        at moment: Timestamp = Stores.start
    ) async throws -> AccountRecord {
        let invitation = try await invite(email, as: role, tenant: tenant, at: moment)
        let account = AccountRecord(id: .new(at: moment), email: email, name: email, createdAt: moment)
        #expect(try await members.accept(invitation, as: account, passwordHash: "hash", at: moment))
        return account
    }

    func invite(
        _ email: String, as role: String = "owner", tenant: TenantID = Stores.tenant,
        at moment: Timestamp = Stores.start,
        digest: [UInt8]? = nil
    ) async throws -> InvitationRecord {
        let invitation = InvitationRecord(
            id: .new(at: moment), tenant: tenant, email: email, role: role, createdBy: nil, createdAt: moment,
            expiresAt: moment + 60_000)
        try await members.invite(invitation, digest: digest ?? Array(invitation.id.description.utf8))
        return invitation
    }

    @discardableResult
    func open(_ account: AccountRecord, _ digest: [UInt8], at moment: Timestamp = Stores.start) async throws
        -> SessionRecord
    {
        let session = SessionRecord(
            id: .new(at: moment), account: account.id, method: .password, createdAt: moment,
            expiresAt: moment + 86_400_000, address: "192.0.2.1", agent: "curl")
        try await accounts.open(session, digest: digest)
        return session
    }
}

func withPeople(_ body: (People) async throws -> Void) async throws {
    try await withStores { try await body(People($0)) }
}

extension StorageSuites {
    @Suite struct AccountStoreTests {
        @Test func `an account is found by address and id, and signs in as it is stored`() async throws {
            try await withPeople { people in
                let ann = try await people.join("ann@example.com")
                let found = try #require(try await people.accounts.signIn(email: "ann@example.com"))
                #expect(found == SignInRecord(account: ann, passwordHash: "hash"))
                #expect(try await people.accounts.signIn(ann.id) == found)
                #expect(try await people.accounts.signIn(email: "bob@example.com") == nil)
                try await people.accounts.setPassword("other", of: ann.id)
                #expect(try await people.accounts.signIn(ann.id)?.passwordHash == "other")
            }
        }

        @Test func `accounts are listed by pages, made operators and disabled`() async throws {
            try await withPeople { people in
                let ann = try await people.join("ann@example.com")
                let bob = try await people.join("bob@example.com", at: Stores.at(1))
                let accounts = people.accounts
                let first = try await accounts.accounts(page: PageRequest(limit: 1))
                #expect(first.items.map(\.account) == [bob])
                let second = try await accounts.accounts(page: PageRequest(limit: 1, cursor: first.next))
                #expect(second.items.map(\.account) == [ann] && second.next == nil)
                #expect(try await accounts.setOperator(true, ann.id))
                #expect(try await accounts.setDisabled(true, ann.id, at: Stores.at(2)))
                let found = try #require(try await accounts.signIn(ann.id))
                #expect(found.account.isOperator && found.isDisabled)
                #expect(try await accounts.setDisabled(false, ann.id, at: Stores.at(2)))
                #expect(try await accounts.signIn(ann.id)?.isDisabled == false)
                let nobody = AccountID.new(at: Stores.start)
                #expect(try await accounts.setOperator(true, nobody) == false)
                #expect(try await accounts.setDisabled(true, nobody, at: Stores.start) == false)
            }
        }

        @Test func `attempts are counted for all hosts, also many at once`() async throws {
            try await withPeople { people in
                let ann = try await people.join("ann@example.com")
                let accounts = people.accounts
                let admitted = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for _ in 0..<20 {
                        group.addTask {
                            try await accounts.admitAttempt(of: ann.id, at: Stores.start, by: .account) == nil
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(admitted == AttemptState.Rules.account.free + 1)
                let end = try await accounts.admitAttempt(of: ann.id, at: Stores.start, by: .account)
                #expect(end == Stores.start + AttemptState.Rules.account.first)
                try await accounts.forgetAttempts(of: ann.id)
                #expect(try await accounts.admitAttempt(of: ann.id, at: Stores.start, by: .account) == nil)
            }
        }

        @Test func `one-time codes and recovery codes are good for once`() async throws {
            try await withPeople { people in
                let (ann, accounts) = (try await people.join("ann@example.com"), people.accounts)
                #expect(try await accounts.activateTOTP(of: ann.id, step: 1, recovery: []) == false)
                #expect(try await accounts.offerTOTP([1, 2], of: ann.id))
                #expect(try await accounts.offerTOTP([3, 4], of: ann.id))
                #expect(try await accounts.signIn(ann.id)?.account.isTOTPActive == false)
                #expect(try await accounts.activateTOTP(of: ann.id, step: 10, recovery: [[1], [2]]))
                #expect(try await accounts.activateTOTP(of: ann.id, step: 11, recovery: [[3]]) == false)
                #expect(try await accounts.offerTOTP([5], of: ann.id) == false)
                let found = try #require(try await accounts.signIn(ann.id))
                #expect(found.account.isTOTPActive && found.sealedTOTP == [3, 4] && found.usedStep == 10)
                #expect(try await accounts.useStep(10, of: ann.id) == false)
                #expect(try await accounts.useStep(11, of: ann.id))
                #expect(try await accounts.useStep(11, of: ann.id) == false)
                #expect(try await accounts.useRecoveryCode([1], of: ann.id))
                #expect(try await accounts.useRecoveryCode([1], of: ann.id) == false)
                #expect(try await accounts.useRecoveryCode([3], of: ann.id) == false)
                try await accounts.removeTOTP(of: ann.id)
                #expect(try await accounts.useRecoveryCode([2], of: ann.id) == false)
                #expect(try await accounts.signIn(ann.id)?.sealedTOTP == nil)
            }
        }

        @Test func `a link is good for once and for a while`() async throws {
            try await withPeople { people in
                let (ann, accounts) = (try await people.join("ann@example.com"), people.accounts)
                try await accounts.addLink([1], for: ann.id, until: Stores.at(60))
                try await accounts.addLink([2], for: ann.id, until: Stores.at(60))
                #expect(try await accounts.useLink([1], at: Stores.at(59)) == ann.id)
                #expect(try await accounts.useLink([1], at: Stores.at(59)) == nil)
                #expect(try await accounts.useLink([2], at: Stores.at(60)) == nil)
                #expect(try await accounts.useLink([2], at: Stores.at(0)) == nil)
            }
        }

        @Test func `a session knows its account's places until it ends`() async throws {
            try await withPeople { people in
                let ann = try await people.join("ann@example.com", as: "admin")
                let role = CustomRole(name: "on-call", about: "", permissions: [.runRead, .runReplay])
                try await people.members.put(role, in: Stores.stranger, at: Stores.start)
                let second = try await people.invite("ann@example.com", as: "on-call", tenant: Stores.stranger)
                #expect(try await people.members.accept(second, by: ann.id, at: Stores.at(1)))
                let session = try await people.open(ann, [1])
                let grant = try #require(try await people.accounts.session([1], at: Stores.at(1)))
                #expect(grant.session == session)
                #expect(grant.account == ann)
                #expect(grant.places.map(\.tenant) == [Stores.tenant, Stores.stranger])
                #expect(grant.places.map(\.tenantName) == ["default", "stranger"])
                #expect(grant.places.map(\.permissions) == [Role.admin.permissions, role.permissions])
                #expect(try await people.accounts.session([2], at: Stores.at(1)) == nil)
                #expect(try await people.accounts.session([1], at: session.expiresAt) == nil)
                _ = try await people.stores.pool.query("update accounts set disabled_at = created_at")
                #expect(try await people.accounts.session([1], at: Stores.at(1)) == nil)
                #expect(try await people.accounts.signIn(ann.id)?.isDisabled == true)
            }
        }

        @Test func `sessions are listed and closed by their own account only`() async throws {
            try await withPeople { people in
                let (ann, bob) = (try await people.join("ann@example.com"), try await people.join("bob@example.com"))
                let first = try await people.open(ann, [1])
                let second = try await people.open(ann, [2], at: Stores.at(1))
                let third = try await people.open(ann, [3], at: Stores.at(2))
                try await people.open(bob, [4])
                let accounts = people.accounts
                #expect(try await accounts.sessions(of: ann.id, at: Stores.at(3)) == [third, second, first])
                #expect(try await accounts.closeSession(first.id, of: bob.id) == false)
                #expect(try await accounts.closeSession(first.id, of: ann.id))
                #expect(try await accounts.closeSessions(of: ann.id, except: third.id) == 1)
                #expect(try await accounts.session([2], at: Stores.at(3)) == nil)
                #expect(try await accounts.closeSessions(of: ann.id, except: nil) == 1)
                #expect(try await accounts.session([4], at: Stores.at(3)) != nil)
            }
        }
    }
}
