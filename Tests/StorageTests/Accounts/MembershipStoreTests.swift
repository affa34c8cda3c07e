import PatchbayCore
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct MembershipStoreTests {
        @Test func `members are listed by address, in their own tenant`() async throws {
            try await withPeople { people in
                let bob = try await people.join("bob@example.com", as: "viewer", at: Stores.at(1))
                let ann = try await people.join("ann@example.com", at: Stores.at(2))
                try await people.join("eve@example.com", tenant: Stores.stranger)
                let found = try await people.members.members(in: Stores.tenant)
                #expect(
                    found == [
                        MemberRecord(account: ann, role: "owner", joinedAt: Stores.at(2)),
                        MemberRecord(account: bob, role: "viewer", joinedAt: Stores.at(1)),
                    ])
                #expect(try await people.members.tenantName(Stores.stranger) == "stranger")
                #expect(try await people.members.tenantName(.new(at: Stores.start)) == nil)
            }
        }

        @Test func `a tenant keeps an owner, also when two leave at the same time`() async throws {
            try await withPeople { people in
                let (ann, bob) = (try await people.join("ann@example.com"), try await people.join("bob@example.com"))
                let members = people.members
                let left = await withTaskGroup(of: Bool.self) { group in
                    for account in [ann, bob] {
                        group.addTask { (try? await members.remove(account.id, from: Stores.tenant)) == true }
                    }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(left == 1)
                let owner = try #require(try await members.members(in: Stores.tenant).first).account
                await #expect(throws: MembershipConflict.lastOwner) {
                    try await members.setRole("viewer", of: owner.id, in: Stores.tenant)
                }
                #expect(try await members.setRole("owner", of: owner.id, in: Stores.tenant))
                #expect(try await members.setRole("viewer", of: owner.id, in: Stores.stranger) == false)
                #expect(try await members.remove(owner.id, from: Stores.stranger) == false)
            }
        }

        @Test func `roles are those of all tenants and of one's own`() async throws {
            try await withPeople { people in
                let (ann, members) = (try await people.join("ann@example.com", as: "viewer"), people.members)
                await #expect(throws: MembershipConflict.unknownRole("on-call")) {
                    try await members.setRole("on-call", of: ann.id, in: Stores.tenant)
                }
                await #expect(throws: MembershipConflict.unknownRole("on-call")) {
                    try await people.invite("x@example.com", as: "on-call")
                }
                var role = CustomRole(name: "on-call", about: "nights", permissions: [.runRead])
                try await members.put(role, in: Stores.tenant, at: Stores.start)
                #expect(try await members.setRole("on-call", of: ann.id, in: Stores.tenant))
                role.permissions = [.runRead, .runReplay]
                try await members.put(role, in: Stores.tenant, at: Stores.at(1))
                #expect(try await members.roles(in: Stores.tenant) == [role])
                #expect(try await members.roles(in: Stores.stranger) == [])
                await #expect(throws: MembershipConflict.roleInUse(members: 1)) {
                    try await members.deleteRole("on-call", in: Stores.tenant)
                }
                #expect(try await members.setRole("viewer", of: ann.id, in: Stores.tenant))
                #expect(try await members.deleteRole("on-call", in: Stores.stranger) == false)
                #expect(try await members.deleteRole("on-call", in: Stores.tenant))
            }
        }

        @Test func `an invitation is good for once, for a while, and only the newest`() async throws {
            try await withPeople { people in
                let members = people.members
                let old = try await people.invite("ann@example.com", as: "viewer", digest: [1])
                let new = try await people.invite("ann@example.com", as: "editor", at: Stores.at(1), digest: [2])
                #expect(try await members.invitations(in: Stores.tenant, at: Stores.at(2)) == [new])
                #expect(try await members.invitation([1], in: Stores.tenant, at: Stores.at(2)) == nil)
                #expect(try await members.invitation([2], in: Stores.tenant, at: Stores.at(2)) == new)
                #expect(try await members.invitation([2], in: Stores.stranger, at: Stores.at(2)) == nil)
                #expect(try await members.invitation([2], in: Stores.tenant, at: Stores.at(61)) == nil)
                let ann = AccountRecord(
                    id: .new(at: Stores.start), email: "ann@example.com", name: "Ann", createdAt: Stores.start)
                #expect(try await members.accept(old, as: ann, passwordHash: "h", at: Stores.at(2)) == false)
                #expect(try await members.accept(new, as: ann, passwordHash: "h", at: Stores.at(61)) == false)
                #expect(try await members.accept(new, as: ann, passwordHash: "h", at: Stores.at(2)))
                #expect(try await members.accept(new, by: ann.id, at: Stores.at(2)) == false)
                // The address is taken, and the invitation stays for whoever has the account.
                let third = try await people.invite("ann@example.com", as: "owner", at: Stores.at(3))
                var twin = ann
                twin.id = .new(at: Stores.at(3))
                await #expect(throws: MembershipConflict.emailTaken) {
                    try await members.accept(third, as: twin, passwordHash: "h", at: Stores.at(3))
                }
                #expect(try await members.accept(third, by: ann.id, at: Stores.at(3)))
                // Whoever is a member stays what they are.
                #expect(try await members.members(in: Stores.tenant).map(\.role) == ["editor"])
                let fourth = try await people.invite("x@example.com", at: Stores.at(4))
                #expect(try await members.withdraw(fourth.id, in: Stores.stranger) == false)
                #expect(try await members.withdraw(fourth.id, in: Stores.tenant))
                #expect(try await members.accept(fourth, by: ann.id, at: Stores.at(4)) == false)
            }
        }

        private func key(
            _ permissions: PermissionSet, by account: AccountRecord?, expires: Timestamp? = nil,
            workflows: Set<WorkflowID>? = nil, at moment: Timestamp = Stores.start
        ) -> APIKeyRecord {
            APIKeyRecord(
                id: .new(at: moment), tenant: Stores.tenant, name: "ci", prefix: "pbk_…abcd", permissions: permissions,
                workflows: workflows, createdBy: account?.id, createdAt: moment, expiresAt: expires)
        }

        @Test func `a key comes back as it was made, and its use is noted to the minute`() async throws {
            try await withPeople { people in
                let members = people.members
                let made = key(
                    [.runRead, .workflowRead], by: nil, expires: Stores.at(3_600),
                    workflows: [.new(at: Stores.start), .new(at: Stores.at(1))])
                try await members.create(made, digest: [1])
                #expect(try await members.keys(in: Stores.tenant, of: nil) == [made])
                #expect(try await members.keys(in: Stores.stranger, of: nil) == [])
                for (second, used) in [(10, 10), (60, 10), (70, 70)] as [(Int64, Int64)] {
                    var expected = made
                    expected.usedAt = Stores.at(used)
                    #expect(try await members.key([1], in: Stores.tenant, at: Stores.at(second)) == expected)
                }
                #expect(try await members.key([1], in: Stores.stranger, at: Stores.at(10)) == nil)
                #expect(try await members.key([2], in: Stores.tenant, at: Stores.at(10)) == nil)
                #expect(try await members.key([1], in: Stores.tenant, at: Stores.at(3_600)) == nil)
            }
        }

        @Test func `a key is no more than its maker is now`() async throws {
            try await withPeople { people in
                try await people.join("owner@example.com")
                let (ann, members) = (try await people.join("ann@example.com", as: "operator"), people.members)
                try await members.create(key([.workflowExecute, .runRead], by: ann), digest: [1])
                #expect(
                    try await members.key([1], in: Stores.tenant, at: Stores.start)?.permissions
                        == [.workflowExecute, .runRead])
                #expect(try await members.setRole("viewer", of: ann.id, in: Stores.tenant))
                #expect(try await members.key([1], in: Stores.tenant, at: Stores.start)?.permissions == [.runRead])
                _ = try await people.stores.pool.query("update accounts set disabled_at = created_at")
                #expect(try await members.key([1], in: Stores.tenant, at: Stores.start) == nil)
                _ = try await people.stores.pool.query("update accounts set disabled_at = null")
                #expect(try await members.remove(ann.id, from: Stores.tenant))
                #expect(try await members.key([1], in: Stores.tenant, at: Stores.start) == nil)
                #expect(try await members.keys(in: Stores.tenant, of: nil) == [])
            }
        }

        @Test func `one's own keys are told from others'`() async throws {
            try await withPeople { people in
                let (ann, members) = (try await people.join("ann@example.com"), people.members)
                let (mine, other) = (key([], by: ann), key([], by: nil, at: Stores.at(1)))
                try await members.create(mine, digest: [1])
                try await members.create(other, digest: [2])
                #expect(try await members.keys(in: Stores.tenant, of: ann.id) == [mine])
                #expect(try await members.keys(in: Stores.tenant, of: nil) == [other, mine])
                #expect(try await members.deleteKey(other.id, in: Stores.tenant, of: ann.id) == false)
                #expect(try await members.deleteKey(other.id, in: Stores.stranger, of: nil) == false)
                #expect(try await members.deleteKey(other.id, in: Stores.tenant, of: nil))
                #expect(try await members.deleteKey(mine.id, in: Stores.tenant, of: ann.id))
            }
        }
    }
}
