import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing
import VaultFixture

@Suite struct RotationTests {
    struct Stopped: Error {}

    let store = MemoryCredentialStore()
    let clock = SetTime()
    let key = SealingKey()
    let tenant = TenantID.initial

    private func vault(_ ring: KeyRing? = nil) -> CredentialVault {
        CredentialVault(
            store: store, keys: TenantKeys(store: store, ring: ring ?? KeyRing(key), clock: clock), clock: clock)
    }

    private func add(_ count: Int, to vault: CredentialVault) async throws {
        for number in 0..<count {
            _ = try await vault.add(
                name: "c\(number)", kind: .bearer, fields: ["token": Secret("t\(number)")], in: tenant)
        }
    }

    private func opensAll(_ count: Int, _ vault: CredentialVault) async throws {
        for number in 0..<count {
            let grant = try await vault.grant(named: "c\(number)", in: tenant)
            #expect(grant?.fields["token"]?.reveal() == "t\(number)")
        }
    }

    @Test func `after a rotation everything is sealed with a new key, and opens everywhere`() async throws {
        let (vault, other) = (vault(), vault())
        try await add(7, to: vault)
        try await opensAll(7, other)
        let old = try #require(try await store.currentKey(in: tenant))
        let outcome = try await KeyRotation(vault, batch: 3).rotate(tenant)
        #expect(outcome.resealed == 7)
        #expect(!outcome.isContinued)
        #expect(outcome.key != old.id)
        #expect(Set(store.sealers) == [outcome.key])
        for host in [vault, other, self.vault()] { try await opensAll(7, host) }
        #expect(try await store.key(old.id, in: tenant)?.state == .retired)
    }

    @Test(arguments: 0...3)
    func `a rotation that was stopped goes on with its own key`(batches: Int) async throws {
        try await add(7, to: vault())
        var left = batches
        await #expect(throws: Stopped.self) {
            _ = try await KeyRotation(vault(), batch: 3).rotate(tenant) { _ in
                if left == 0 { throw Stopped() }
                left -= 1
            }
        }
        let key = try #require(try await store.currentKey(in: tenant)).id
        try await opensAll(7, vault())
        let outcome = try await KeyRotation(vault(), batch: 3).rotate(tenant)
        #expect(outcome.resealed == (batches == 3 ? 7 : 7 - 3 * batches))
        // With nothing left to do it was not stopped half-way, and this is another one.
        #expect(outcome.isContinued == (batches < 3))
        #expect((outcome.key == key) == (batches < 3))
        #expect(Set(store.sealers) == [outcome.key])
        try await opensAll(7, vault())
    }

    @Test func `what cannot be opened is told, and the rest is done`() async throws {
        let vault = vault()
        try await add(3, to: vault)
        store.copyContent(from: "c0", to: "c1")
        let outcome = try await KeyRotation(vault).rotate(tenant)
        #expect(outcome.resealed == 2)
        #expect(outcome.failures.map(\.name) == ["c1"])
    }

    @Test func `a tenant with nothing gets no key`() async throws {
        #expect(try await KeyRotation(vault()).rotate(tenant) == KeyRotation.Outcome(tenant: tenant))
        #expect(store.keyCount == 0)
    }

    @Test func `a retired key that nothing needs goes with the next rotation, a day later`() async throws {
        let vault = vault()
        try await add(2, to: vault)
        _ = try await KeyRotation(vault).rotate(tenant)
        clock.pass(86_400_000)
        #expect(try await KeyRotation(vault).rotate(tenant).deleted == 0)
        clock.pass(1)
        #expect(try await KeyRotation(vault).rotate(tenant).deleted == 1)
        try await opensAll(2, vault)
    }

    @Test func `data keys are wrapped anew, stopped at any key, and nothing is sealed anew`() async throws {
        try await add(2, to: vault())
        for _ in 0..<3 { _ = try await KeyRotation(vault()).rotate(tenant) }
        let sealed = store.sealed
        let new = LocalKeyWrapper(SealingKey())
        let ring = KeyRing(current: new, sealers: [key])
        for round in 1...4 {
            var left = round == 4 ? Int.max : 1
            let keys = TenantKeys(store: store, ring: ring, clock: clock)
            let outcome = try? await KeyRewrap(keys, clock: clock).rewrap(tenant) { _ in
                if left == 0 { throw Stopped() }
                left -= 1
            }
            let done = try await store.keys(in: tenant).count { $0.wrapper == new.id }
            #expect(done == round)
            #expect((outcome == nil) == (round < 4))
            // Whoever has both keys opens everything at any time.
            try await opensAll(2, vault(ring))
            try await opensAll(2, vault(KeyRing(current: LocalKeyWrapper(key), older: [new], sealers: [key])))
        }
        #expect(store.sealed == sealed)
        try await opensAll(2, vault(KeyRing(current: new)))
        let error = await #expect(throws: SecurityError.self) { try await vault().grant(named: "c0", in: tenant) }
        #expect(error?.code == .wrongKey)
    }

    @Test func `a key that cannot be opened is told, and the others are wrapped anew`() async throws {
        try await add(1, to: vault())
        let lost = LocalKeyWrapper(SealingKey())
        let current = try #require(try await store.currentKey(in: tenant))
        _ = try await store.add(
            try await vault(KeyRing(current: lost)).keys.fresh(in: tenant), replacing: current.id)
        let new = LocalKeyWrapper(SealingKey())
        let keys = TenantKeys(store: store, ring: KeyRing(current: new, sealers: [key]), clock: clock)
        let outcome = try await KeyRewrap(keys, clock: clock).rewrap(tenant)
        #expect(outcome.rewrapped == 1)
        #expect(outcome.failures.count == 1)
        #expect(outcome.failures.first?.reason.contains(lost.id) == true)
    }
}
