import DatabaseFixture
import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbaySecurity
import PatchbayStorage
import Synchronization
import Testing

extension StorageSuites {
    /// Keys are replaced while hosts use the credentials. A host here is a vault with its own connections and its own memory
    /// of opened keys.
    @Suite struct RotationStoreTests {
        struct Stopped: Error {}

        private static let count = 60

        private func pool(_ stores: Stores, size: Int = 3) -> PostgresPool {
            PostgresPool(
                stores.target.as(.api), limits: PostgresPool.Limits(size: size, patience: .seconds(60)), log: .quiet)
        }

        private func vault(_ pool: PostgresPool, _ ring: KeyRing, freshness: Int64 = 300_000) -> CredentialVault {
            var limits = TenantKeys.Limits()
            limits.freshness = freshness
            let keys = TenantKeys(
                store: PostgresDataKeyStore(pool), ring: ring, clock: SystemTime(), limits: limits)
            return CredentialVault(store: PostgresCredentialStore(pool), keys: keys, clock: SystemTime())
        }

        private func fill(_ vault: CredentialVault) async throws {
            for number in 0..<Self.count {
                _ = try await vault.add(
                    name: "c\(number)", kind: .bearer, fields: ["token": Secret("t\(number)")], in: Stores.tenant)
            }
        }

        /// Whether every credential opens with its content.
        private func opensAll(_ vault: CredentialVault) async throws -> Bool {
            for number in 0..<Self.count {
                let grant = try await vault.grant(named: "c\(number)", in: Stores.tenant)
                guard grant?.fields["token"]?.reveal() == "t\(number)" else { return false }
            }
            return true
        }

        @Test func `while keys of both kinds are replaced by two hosts at once, no call fails`() async throws {
            try await withStores { stores in
                let (old, new) = (SealingKey(), LocalKeyWrapper(SealingKey()))
                // Hosts that had both keys before anybody wrapped anything anew.
                let ring = KeyRing(current: LocalKeyWrapper(old), older: [new], sealers: [old])
                let pools = (0..<4).map { _ in pool(stores) }
                try await fill(vault(pools[0], ring))
                // One remembers opened keys, the other opens them each time.
                let hosts = [vault(pools[0], ring), vault(pools[1], ring, freshness: 1)]
                let tally = Tally()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for caller in 0..<12 {
                        let host = hosts[caller % 2]
                        group.addTask { @concurrent in
                            var number = caller
                            while !tally.isOver {
                                number = (number + 7) % Self.count
                                let grant = try? await host.grant(named: "c\(number)", in: Stores.tenant)
                                tally.count(grant?.fields["token"]?.reveal() == "t\(number)")
                            }
                        }
                    }
                    group.addTask { @concurrent in
                        var number = 0
                        while !tally.isOver {
                            number += 1
                            let added = try? await hosts[number % 2].add(
                                name: "n\(number)", kind: .bearer, fields: ["token": Secret("t")], in: Stores.tenant)
                            tally.count(added != nil)
                        }
                    }
                    group.addTask { @concurrent in
                        defer { tally.end() }
                        for round in 0..<3 {
                            let rotators = pools[2...3].map { vault($0, ring) }
                            try await withThrowingTaskGroup(of: Void.self) { rotations in
                                for rotator in rotators {
                                    rotations.addTask { @concurrent in
                                        _ = try await KeyRotation(rotator, batch: 5).rotate(Stores.tenant)
                                    }
                                }
                                try await rotations.waitForAll()
                            }
                            let target = round % 2 == 0 ? KeyRing(current: new, sealers: [old]) : ring
                            for pool in pools[2...3] {
                                let keys = vault(pool, target).keys
                                _ = try await KeyRewrap(keys, clock: SystemTime()).rewrap(Stores.tenant)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let (good, bad) = tally.result
                #expect(bad == 0)
                #expect(good > 100)
                print("keys replaced under load: \(good) calls, \(bad) failed")
                let keys = PostgresDataKeyStore(stores.api)
                let current = try #require(try await keys.currentKey(in: Stores.tenant))
                #expect(current.wrapper == new.id)
                #expect(Array(try await keys.sealedCounts(in: Stores.tenant).keys) == [current.id])
                #expect(try await opensAll(vault(pools[0], KeyRing(current: new))))
                for pool in pools { await pool.close() }
            }
        }

        @Test func `a rotation that stops after each batch, with all it knew, goes on where it was`() async throws {
            try await withStores { stores in
                let ring = KeyRing(SealingKey())
                let keeper = pool(stores)
                try await fill(vault(keeper, ring))
                let first = try #require(try await PostgresDataKeyStore(keeper).currentKey(in: Stores.tenant)).id
                var resealed = 0
                var isDone = false
                var attempts = 0
                while !isDone, attempts < 20 {
                    attempts += 1
                    // A host of its own each time, which keeps nothing in memory from the one before.
                    let own = pool(stores)
                    var batches = 0
                    do {
                        let outcome = try await KeyRotation(vault(own, ring), batch: 10).rotate(Stores.tenant) {
                            count in
                            batches += 1
                            guard batches == 2, attempts < Self.count / 10 else { return }
                            resealed += count
                            throw Stopped()
                        }
                        resealed += outcome.resealed
                        isDone = true
                    } catch is Stopped {
                        #expect(try await opensAll(vault(keeper, ring)))
                    }
                    await own.close()
                }
                #expect(resealed == Self.count)
                #expect(attempts == Self.count / 10)
                let keys = PostgresDataKeyStore(keeper)
                #expect(try await keys.keys(in: Stores.tenant).count == 2)
                let counts = try await keys.sealedCounts(in: Stores.tenant)
                #expect(counts[first] == nil)
                #expect(counts.values.reduce(0, +) == Self.count)
                await keeper.close()
            }
        }

        @Test func `what the installation's own key sealed has a data key after a rotation`() async throws {
            try await withStores { stores in
                let key = SealingKey()
                let record = CredentialRecord(
                    id: .new(at: Stores.start), tenant: Stores.tenant, name: "old", kind: .bearer, connector: nil,
                    hosts: [], settings: [:], createdAt: Stores.start)
                let sealed = try key.seal(
                    (["token": "t"] as JSON).bytes(),
                    boundTo: Array("credential:\(Stores.tenant):\(record.id):bearer".utf8))
                try await stores.credentials.create(record, sealed: SealedContent(sealed))
                let own = pool(stores)
                let outcome = try await KeyRotation(vault(own, KeyRing(key))).rotate(Stores.tenant)
                #expect(outcome.resealed == 1)
                let counts = try await PostgresDataKeyStore(own).sealedCounts(in: Stores.tenant)
                #expect(counts[nil] == nil)
                let grant = try await vault(own, KeyRing(key)).grant(named: "old", in: Stores.tenant)
                #expect(grant?.fields["token"]?.reveal() == "t")
                #expect(grant?.record == record)
                await own.close()
            }
        }
    }
}

private final class Tally: Sendable {
    private let state = Mutex((good: 0, bad: 0, isOver: false))

    var isOver: Bool { state.withLock { $0.isOver } }
    var result: (good: Int, bad: Int) { state.withLock { ($0.good, $0.bad) } }

    func count(_ isGood: Bool) { state.withLock { if isGood { $0.good += 1 } else { $0.bad += 1 } } }
    func end() { state.withLock { $0.isOver = true } }
}
