import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Synchronization
import Testing
import VaultFixture

@Suite struct EnvelopeTests {
    let store = MemoryCredentialStore()
    let clock = SetTime()
    let key = SealingKey()
    let tenant = TenantID.initial

    private func vault(_ ring: KeyRing) -> CredentialVault {
        CredentialVault(store: store, keys: TenantKeys(store: store, ring: ring, clock: clock), clock: clock)
    }

    /// What the first format stored.
    private func addOld(_ name: String, token: String, sealedBy key: SealingKey) async throws -> CredentialRecord {
        let record = CredentialRecord(
            id: .new(at: clock.now), tenant: tenant, name: name, kind: .bearer, connector: nil, hosts: [],
            settings: [:], createdAt: clock.now)
        let content = (["token": .string(token)] as JSON).bytes()
        let binding = Array("credential:\(tenant):\(record.id):bearer".utf8)
        try await store.create(record, sealed: SealedContent(try key.seal(content, boundTo: binding)))
        return record
    }

    @Test func `each tenant has a data key of its own`() async throws {
        let vault = vault(KeyRing(key))
        for tenant in [tenant, TenantID(high: 1, low: 1)] {
            for name in ["a", "b"] {
                _ = try await vault.add(name: name, kind: .bearer, fields: ["token": Secret("t")], in: tenant)
            }
        }
        #expect(store.keyCount == 2)
        #expect(Set(store.sealers).count == 2)
        #expect(!store.sealers.contains(nil))
    }

    @Test func `what the installation's own key sealed opens, and is sealed by the tenant's on the way`() async throws {
        _ = try await addOld("old", token: "t-1", sealedBy: key)
        let vault = vault(KeyRing(key))
        for _ in 0..<2 {
            let grant = try #require(try await vault.grant(named: "old", in: tenant))
            #expect(grant.fields["token"]?.reveal() == "t-1")
            #expect(store.sealers.first != .some(nil))
        }
        // Now the installation's key is needed for the data key only.
        #expect(store.keyCount == 1)
    }

    @Test func `what an older installation's key sealed opens with that key given`() async throws {
        let older = SealingKey()
        _ = try await addOld("old", token: "t-1", sealedBy: older)
        let error = await #expect(throws: SecurityError.self) {
            try await vault(KeyRing(key)).grant(named: "old", in: tenant)
        }
        #expect(error?.code == .wrongKey)
        let ring = KeyRing(current: LocalKeyWrapper(key), sealers: [key, older])
        #expect(try await vault(ring).grant(named: "old", in: tenant)?.fields["token"]?.reveal() == "t-1")
    }

    @Test func `a data key that an unknown key wrapped is told by both their names`() async throws {
        _ = try await vault(KeyRing(key)).add(name: "a", kind: .bearer, fields: ["token": Secret("t")], in: tenant)
        let other = LocalKeyWrapper(SealingKey())
        let error = await #expect(throws: SecurityError.self) {
            try await vault(KeyRing(current: other)).grant(named: "a", in: tenant)
        }
        #expect(error?.message.contains(LocalKeyWrapper(key).id) == true)
        #expect(error?.message.contains(other.id) == true)
    }

    @Test func `a data key moved to another tenant does not open`() async throws {
        let wrapper = LocalKeyWrapper(key)
        let place = DataKeyPlace(tenant: tenant, key: .new(at: clock.now))
        let wrapped = try await wrapper.wrap(Array(repeating: 7, count: 32), of: place)
        #expect(try await wrapper.unwrap(wrapped, of: place).count == 32)
        for wrong in [
            DataKeyPlace(tenant: TenantID(high: 1, low: 1), key: place.key),
            DataKeyPlace(tenant: tenant, key: .new(at: clock.now)),
        ] {
            let error = await #expect(throws: SecurityError.self) { try await wrapper.unwrap(wrapped, of: wrong) }
            #expect(error?.code == .damaged)
        }
    }

    @Test func `a key is opened once for many calls, and anew after some minutes`() async throws {
        let keeper = CountingKeeper(LocalKeyWrapper(key))
        let vault = vault(KeyRing(current: keeper))
        _ = try await vault.add(name: "a", kind: .bearer, fields: ["token": Secret("t")], in: tenant)
        #expect(keeper.unwraps == 1)
        for _ in 0..<50 { _ = try await vault.grant(named: "a", in: tenant) }
        #expect(keeper.unwraps == 1)
        clock.pass(299_000)
        _ = try await vault.grant(named: "a", in: tenant)
        #expect(keeper.unwraps == 1)
        clock.pass(1_000)
        _ = try await vault.grant(named: "a", in: tenant)
        #expect(keeper.unwraps == 2)
    }

    @Test func `many calls at once open a key once`() async throws {
        let adder = vault(KeyRing(key))
        _ = try await adder.add(name: "a", kind: .bearer, fields: ["token": Secret("t")], in: tenant)
        let keeper = CountingKeeper(LocalKeyWrapper(key))
        let vault = vault(KeyRing(current: keeper))
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 {
                group.addTask { @concurrent in (try? await vault.grant(named: "a", in: .initial)) != nil }
            }
            for await isGranted in group { #expect(isGranted) }
        }
        #expect(keeper.unwraps == 1)
    }

    @Test func `a keeper that is away for a while is not missed, and after an hour it is`() async throws {
        let keeper = CountingKeeper(LocalKeyWrapper(key))
        let vault = vault(KeyRing(current: keeper))
        _ = try await vault.add(name: "a", kind: .bearer, fields: ["token": Secret("t")], in: tenant)
        _ = try await vault.grant(named: "a", in: tenant)
        keeper.failure = .unavailable
        clock.pass(600_000)
        for _ in 0..<10 { #expect(try await vault.grant(named: "a", in: tenant) != nil) }
        // One attempt a second, not one a call.
        #expect(keeper.unwraps == 2)
        clock.pass(3_600_000)
        let error = await #expect(throws: SecurityError.self) { try await vault.grant(named: "a", in: tenant) }
        #expect(error?.code == .unavailable)
        keeper.failure = nil
        clock.pass(1_000)
        #expect(try await vault.grant(named: "a", in: tenant) != nil)
    }

    @Test func `a keeper that says no is heeded when it is asked`() async throws {
        let keeper = CountingKeeper(LocalKeyWrapper(key))
        let vault = vault(KeyRing(current: keeper))
        _ = try await vault.add(name: "a", kind: .bearer, fields: ["token": Secret("t")], in: tenant)
        _ = try await vault.grant(named: "a", in: tenant)
        keeper.failure = .refused
        clock.pass(300_000)
        let error = await #expect(throws: SecurityError.self) { try await vault.grant(named: "a", in: tenant) }
        #expect(error?.code == .refused)
    }

    @Test func `a host that did not hear of a new key stores with the new one`() async throws {
        let (host, other) = (vault(KeyRing(key)), vault(KeyRing(key)))
        _ = try await host.add(name: "a", kind: .bearer, fields: ["token": Secret("t")], in: tenant)
        let old = try #require(try await store.currentKey(in: tenant))
        let fresh = try await store.add(try await other.keys.fresh(in: tenant), replacing: old.id)
        _ = try await host.add(name: "b", kind: .bearer, fields: ["token": Secret("t")], in: tenant)
        #expect(store.sealers == [old.id, fresh.id])
        for name in ["a", "b"] {
            #expect(try await host.grant(named: name, in: tenant) != nil)
            #expect(try await other.grant(named: name, in: tenant) != nil)
        }
    }

    @Test func `a change sees what is stored, and stores what it answers`() async throws {
        let vault = vault(KeyRing(key))
        let added = try await vault.add(name: "a", kind: .bearer, fields: ["token": Secret("t-1")], in: tenant)
        let changed = try await vault.change(added.id, in: tenant) { grant in
            #expect(grant.fields["token"]?.reveal() == "t-1")
            var grant = grant
            grant.fields["token"] = Secret("t-2")
            grant.fields["refresh_token"] = Secret("r-2")
            grant.record.state = .reauthorise
            grant.record.kind = .secret
            return grant
        }
        let stored = try #require(try await vault.grant(named: "a", in: tenant))
        #expect(stored.fields.mapValues { $0.reveal() } == ["token": "t-2", "refresh_token": "r-2"])
        #expect(stored.record == changed?.record)
        #expect(stored.record.state == .reauthorise)
        #expect(stored.record.kind == .bearer)
        let left = try await vault.change(added.id, in: tenant) { _ in nil }
        #expect(left?.record == stored.record)
        #expect(try await vault.change(CredentialID(high: 1, low: 1), in: tenant) { $0 } == nil)
    }
}

/// Time that tests let pass.
final class SetTime: TimeSource {
    private let moment = Mutex(Timestamp(milliseconds: 1_700_000_000_000))

    var now: Timestamp { moment.withLock { $0 } }

    func pass(_ milliseconds: Int64) { moment.withLock { $0 = $0 + milliseconds } }
}

/// A keeper of a key that counts, and that can be out of order.
final class CountingKeeper: KeyWrapper {
    private let wrapper: LocalKeyWrapper
    private let count = Mutex(0)
    private let code = Mutex<SecurityError.Code?>(nil)

    init(_ wrapper: LocalKeyWrapper) { self.wrapper = wrapper }

    var id: String { wrapper.id }
    var unwraps: Int { count.withLock { $0 } }
    var failure: SecurityError.Code? {
        get { code.withLock { $0 } }
        set { code.withLock { $0 = newValue } }
    }

    func wrap(_ key: [UInt8], of place: DataKeyPlace) async throws -> [UInt8] {
        try await wrapper.wrap(key, of: place)
    }

    func unwrap(_ wrapped: [UInt8], of place: DataKeyPlace) async throws -> [UInt8] {
        count.withLock { $0 += 1 }
        if let failure { throw SecurityError(code: failure, message: "the keeper is out of order") }
        return try await wrapper.unwrap(wrapped, of: place)
    }
}
