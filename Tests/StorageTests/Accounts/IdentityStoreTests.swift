import PatchbayCore
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct IdentityStoreTests {
        private let ann = ExternalIdentity(issuer: "https://id.example.com", subject: "ann-1")
        private let start = Timestamp(milliseconds: 1_768_212_300_000)

        private func account(_ email: String) -> AccountRecord {
            AccountRecord(id: .new(at: start), email: email, name: "Ann", createdAt: start)
        }

        private func invite(_ email: String, to tenant: TenantID, as role: String, _ stores: Stores) async throws {
            let invitation = InvitationRecord(
                id: .new(at: start), tenant: tenant, email: email, role: role, createdBy: nil, createdAt: start,
                expiresAt: start + 60_000)
            let members = PostgresMembershipStore(stores.api, joining: stores.identity)
            try await members.invite(invitation, digest: Array("\(invitation.id)".utf8))
        }

        /// With a second tenant.
        private func withTenants(_ body: @Sendable (Stores) async throws -> Void) async throws {
            try await withStores { stores in
                _ = try await stores.pool.query(
                    "insert into tenants (tenant_id, name, created_at) values ($1, 'stranger', $2)",
                    [
                        .uuid(high: Stores.stranger.high, low: Stores.stranger.low),
                        .timestamp(Stores.start.milliseconds),
                    ])
                try await body(stores)
            }
        }

        @Test func `whom a provider vouches for joins every tenant that invited the address`() async throws {
            try await withTenants { stores in
                let accounts = PostgresAccountStore(stores.identity)
                let members = PostgresMembershipStore(stores.api, joining: stores.identity)
                let new = account("ann@example.com")
                #expect(try await !members.accept(ann, as: new, otherwise: nil, at: start))
                #expect(try await accounts.signIn(email: "ann@example.com") == nil)
                try await invite("ann@example.com", to: Stores.tenant, as: "editor", stores)
                try await invite("ann@example.com", to: Stores.stranger, as: "viewer", stores)
                try await invite("bob@example.com", to: Stores.stranger, as: "owner", stores)
                // Too late.
                #expect(try await !members.accept(ann, as: new, otherwise: nil, at: start + 60_000))
                #expect(try await members.accept(ann, as: new, otherwise: nil, at: start))
                let found = try await accounts.signIn(ann)
                #expect(found?.account == new && found?.passwordHash == nil)
                #expect(try await members.members(in: Stores.tenant).map(\.role) == ["editor"])
                #expect(try await members.members(in: Stores.stranger).map(\.role) == ["viewer"])
                #expect(try await members.invitations(in: Stores.tenant, at: start).isEmpty)
                #expect(
                    try await members.invitations(in: Stores.stranger, at: start).map(\.email) == ["bob@example.com"])
            }
        }

        @Test func `nothing is made for an address that somebody has`() async throws {
            try await withTenants { stores in
                let accounts = PostgresAccountStore(stores.identity)
                let members = PostgresMembershipStore(stores.api, joining: stores.identity)
                let first = account("ann@example.com")
                let place = MembershipRecord(tenant: Stores.tenant, account: first.id, role: "viewer", createdAt: start)
                #expect(try await members.accept(ann, as: first, otherwise: place, at: start))
                try await invite("ann@example.com", to: Stores.stranger, as: "owner", stores)
                let other = ExternalIdentity(issuer: ann.issuer, subject: "ann-2")
                await #expect(throws: MembershipConflict.emailTaken) {
                    try await members.accept(other, as: account("ann@example.com"), otherwise: nil, at: start)
                }
                // Nor for somebody who is known by another address.
                await #expect(throws: MembershipConflict.emailTaken) {
                    try await members.accept(ann, as: account("bob@example.com"), otherwise: place, at: start)
                }
                #expect(try await accounts.signIn(other) == nil)
                #expect(try await accounts.signIn(email: "bob@example.com") == nil)
                #expect(try await members.invitations(in: Stores.stranger, at: start).count == 1)
            }
        }

        @Test func `an identity is one account's, until it is unlinked`() async throws {
            try await withTenants { stores in
                let accounts = PostgresAccountStore(stores.identity)
                let members = PostgresMembershipStore(stores.api, joining: stores.identity)
                let (first, second) = (account("ann@example.com"), account("bob@example.com"))
                for person in [first, second] {
                    let place = MembershipRecord(
                        tenant: Stores.tenant, account: person.id, role: "viewer", createdAt: start)
                    let identity = ExternalIdentity(issuer: "https://other.example.com", subject: person.email)
                    let isMade = try await members.accept(identity, as: person, otherwise: place, at: start)
                    #expect(isMade)
                }
                #expect(try await accounts.link(ann, to: first.id, at: start + 1))
                #expect(try await !accounts.link(ann, to: second.id, at: start + 1))
                let linked = try await accounts.identities(of: first.id).map(\.identity.subject)
                #expect(linked == ["ann@example.com", "ann-1"])
                #expect(try await !accounts.unlink(ann, from: second.id))
                #expect(try await accounts.unlink(ann, from: first.id))
                #expect(try await accounts.signIn(ann) == nil)
                #expect(try await accounts.link(ann, to: second.id, at: start))
            }
        }

        @Test func `an answer counts once, however many come with it at once`() async throws {
            try await withTenants { stores in
                let accounts = PostgresAccountStore(stores.identity)
                let start = start
                let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for _ in 0..<8 {
                        group.addTask { try await accounts.useAnswer([1], until: start + 1_000, at: start) }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(taken == 1)
                #expect(try await accounts.useAnswer([2], until: start + 3_000, at: start + 999))
                #expect(try await !accounts.useAnswer([1], until: start + 3_000, at: start + 999))
                // By then the question has expired.
                #expect(try await accounts.useAnswer([3], until: start + 3_000, at: start + 1_000))
                #expect(try await accounts.useAnswer([1], until: start + 3_000, at: start + 1_000))
            }
        }

        @Test func `a link is written whether somebody has the address or not, and opens nothing for nobody`()
            async throws
        {
            try await withTenants { stores in
                let accounts = PostgresAccountStore(stores.identity)
                let members = PostgresMembershipStore(stores.api, joining: stores.identity)
                let known = account("ann@example.com")
                let place = MembershipRecord(tenant: Stores.tenant, account: known.id, role: "viewer", createdAt: start)
                #expect(try await members.accept(ann, as: known, otherwise: place, at: start))
                func offer(_ number: UInt8, to email: String, at now: Timestamp) async throws -> Bool {
                    let offered = try await accounts.offerLink(
                        [number], to: email, until: now + 900_000, at: now, by: .account)
                    #expect(offered == nil || offered == known.id)
                    return offered != nil
                }
                #expect(try await offer(1, to: "ann@example.com", at: start))
                #expect(try await !offer(2, to: "nobody@example.com", at: start))
                for number in 3...7 { _ = try await offer(UInt8(number), to: "ann@example.com", at: start) }
                // They asked too often.
                #expect(try await !offer(8, to: "ann@example.com", at: start))
                #expect(try await accounts.setDisabled(true, known.id, at: start))
                #expect(try await !offer(9, to: "ann@example.com", at: start + 600_000))
                #expect(try await stores.pool.query("select 1 from sign_in_links").count == 9)
                #expect(try await accounts.useLink([1], at: start) == known.id)
                for number: UInt8 in [2, 8, 9] {
                    let opened = try #require(try await accounts.useLink([number], at: start))
                    #expect(try await accounts.signIn(opened) == nil)
                }
                // What nobody used goes.
                #expect(try await !offer(10, to: "", at: start + 3_600_000))
                #expect(try await stores.pool.query("select 1 from sign_in_links").count == 1)
            }
        }
    }
}
