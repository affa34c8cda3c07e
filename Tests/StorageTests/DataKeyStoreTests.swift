import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct DataKeyStoreTests {
        private func key(_ wrapped: UInt8, at moment: Timestamp = Stores.start) -> DataKeyRecord {
            DataKeyRecord(
                id: .new(at: moment), tenant: Stores.tenant, wrapper: "local:00", wrapped: [wrapped, 255],
                createdAt: moment, wrappedAt: moment)
        }

        private func credential(_ name: String) -> CredentialRecord {
            CredentialRecord(
                id: .new(at: Stores.start), tenant: Stores.tenant, name: name, kind: .bearer, connector: nil,
                hosts: [], settings: [:], createdAt: Stores.start, sharedWith: ["editor", "robots"],
                state: .reauthorise,
                reason: "invalid_grant")
        }

        @Test func `hosts that make a tenant's first key at the same time agree on one`() async throws {
            try await withStores { stores in
                let keys = PostgresDataKeyStore(stores.api)
                let answers = try await withThrowingTaskGroup(of: DataKeyID.self) { group in
                    for number in 0..<8 {
                        group.addTask { try await keys.add(key(UInt8(number)), replacing: nil).id }
                    }
                    return try await group.reduce(into: Set()) { $0.insert($1) }
                }
                #expect(answers.count == 1)
                #expect(try await keys.currentKey(in: Stores.tenant)?.id == answers.first)
                #expect(try await keys.keys(in: Stores.tenant).count == 1)
                #expect(try await keys.keys(in: Stores.stranger).isEmpty)
            }
        }

        @Test func `a key is replaced once, and stays to open what it sealed`() async throws {
            try await withStores { stores in
                let keys = PostgresDataKeyStore(stores.api)
                let first = try await keys.add(key(1), replacing: nil)
                let second = try await keys.add(key(2, at: Stores.at(1)), replacing: first.id)
                // Somebody who did not hear of the second.
                let third = try await keys.add(key(3, at: Stores.at(2)), replacing: first.id)
                #expect(third == second)
                var retired = first
                retired.state = .retired
                retired.retiredAt = Stores.at(1)
                #expect(try await keys.key(first.id, in: Stores.tenant) == retired)
                #expect(try await keys.keys(in: Stores.tenant) == [retired, second])
            }
        }

        @Test func `wrapping is replaced only where it is as expected`() async throws {
            try await withStores { stores in
                let keys = PostgresDataKeyStore(stores.api)
                let first = try await keys.add(key(1), replacing: nil)
                for (expected, isDone) in [([UInt8(9)], false), ([1, 255], true), ([1, 255], false)] {
                    let done = try await keys.rewrap(
                        first.id, in: Stores.tenant, expecting: expected, wrapper: "aws-kms:x", wrapped: [4],
                        at: Stores.at(5))
                    #expect(done == isDone)
                }
                let found = try #require(try await keys.key(first.id, in: Stores.tenant))
                #expect(found.wrapper == "aws-kms:x")
                #expect(found.wrapped == [4])
                #expect(found.wrappedAt == Stores.at(5))
            }
        }

        @Test func `a key goes when it is retired and nothing is sealed with it`() async throws {
            try await withStores { stores in
                let keys = PostgresDataKeyStore(stores.api)
                let first = try await keys.add(key(1), replacing: nil)
                let record = credential("a")
                try await stores.credentials.create(record, sealed: SealedContent([1], key: first.id))
                let second = try await keys.add(key(2, at: Stores.at(1)), replacing: first.id)
                #expect(try await keys.deleteUnused(retiredBefore: Stores.at(9), in: Stores.tenant) == 0)
                #expect(try await keys.sealedCounts(in: Stores.tenant) == [first.id: 1])
                let isResealed = try await stores.credentials.reseal(
                    record.id, in: Stores.tenant, expecting: SealedContent([1], key: first.id),
                    with: SealedContent([2], key: second.id))
                #expect(isResealed)
                #expect(try await keys.deleteUnused(retiredBefore: Stores.at(1), in: Stores.tenant) == 0)
                #expect(try await keys.deleteUnused(retiredBefore: Stores.at(9), in: Stores.tenant) == 1)
                #expect(try await keys.keys(in: Stores.tenant).map(\.id) == [second.id])
                #expect(try await keys.sealedCounts(in: Stores.tenant) == [second.id: 1])
            }
        }

        @Test func `nothing is stored that a retired key sealed`() async throws {
            try await withStores { stores in
                let keys = PostgresDataKeyStore(stores.api)
                let first = try await keys.add(key(1), replacing: nil)
                let record = credential("a")
                try await stores.credentials.create(record, sealed: SealedContent([1], key: first.id))
                let second = try await keys.add(key(2, at: Stores.at(1)), replacing: first.id)
                let old = SealedContent([3], key: first.id)
                await #expect(throws: StaleDataKey()) {
                    try await stores.credentials.create(credential("b"), sealed: old)
                }
                await #expect(throws: StaleDataKey()) {
                    try await stores.credentials.reseal(
                        record.id, in: Stores.tenant, expecting: SealedContent([1], key: first.id), with: old)
                }
                await #expect(throws: StaleDataKey()) {
                    try await stores.credentials.change(record.id, in: Stores.tenant, under: first.id) { _ in
                        Issue.record("it was called")
                        return nil
                    }
                }
                let others = try await stores.credentials.credentials(
                    notUnder: second.id, after: nil, limit: 10, in: Stores.tenant)
                #expect(others.map(\.record) == [record])
            }
        }

        @Test func `who changes a credential at the same time waits, and sees what the one before stored`() async throws
        {
            try await withStores { stores in
                let keys = PostgresDataKeyStore(stores.api)
                let first = try await keys.add(key(1), replacing: nil)
                let record = credential("a")
                try await stores.credentials.create(record, sealed: SealedContent([0], key: first.id))
                let credentials = stores.credentials
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<20 {
                        group.addTask {
                            _ = try await credentials.change(record.id, in: Stores.tenant, under: first.id) { present in
                                await Task.yield()
                                var next = present
                                next.content.bytes[0] += 1
                                next.record.hosts.append("h\(next.content.bytes[0]).example.com")
                                return next
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let found = try #require(try await credentials.credential(record.id, in: Stores.tenant))
                #expect(found.content.bytes == [20])
                #expect(found.record.hosts.count == 20)
            }
        }

        @Test func `a change keeps everything it was given, and nothing when it fails`() async throws {
            struct Trouble: Error {}
            try await withStores { stores in
                let keys = PostgresDataKeyStore(stores.api)
                let first = try await keys.add(key(1), replacing: nil)
                let (record, other) = (credential("a"), credential("b"))
                for each in [record, other] {
                    try await stores.credentials.create(each, sealed: SealedContent([0], key: first.id))
                }
                var wanted = SealedCredential(record: record, content: SealedContent([7, 7], key: first.id))
                wanted.record.name = "c"
                wanted.record.connector = "slack"
                wanted.record.settings = ["base_url": "https://x"]
                wanted.record.updatedAt = Stores.at(3)
                wanted.record.sharedWith = nil
                wanted.record.state = .ready
                wanted.record.reason = nil
                let stored = try await stores.credentials.change(record.id, in: Stores.tenant, under: first.id) {
                    [wanted] _ in wanted
                }
                #expect(stored == wanted)
                #expect(try await stores.credentials.credential(named: "c", in: Stores.tenant) == wanted)
                await #expect(throws: Trouble.self) {
                    try await stores.credentials.change(record.id, in: Stores.tenant, under: first.id) { _ in
                        throw Trouble()
                    }
                }
                await #expect(throws: StoreConflict.nameTaken("b")) {
                    try await stores.credentials.change(record.id, in: Stores.tenant, under: first.id) { present in
                        var next = present
                        next.record.name = "b"
                        return next
                    }
                }
                #expect(try await stores.credentials.credential(record.id, in: Stores.tenant) == wanted)
            }
        }
    }
}
