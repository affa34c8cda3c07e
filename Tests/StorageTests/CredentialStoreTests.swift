import PatchbayCore
import PatchbayJSON
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct CredentialStoreTests {
        private func record(_ name: String, kind: CredentialKind = .bearer) -> CredentialRecord {
            CredentialRecord(
                id: .new(at: Stores.start), tenant: Stores.tenant, name: name, kind: kind, connector: "slack",
                hosts: ["api.example.com", "*.example.com:8443"], settings: ["base_url": "https://x"],
                createdAt: Stores.start)
        }

        @Test(arguments: CredentialKind.allCases)
        func `a credential comes back with its sealed content`(kind: CredentialKind) async throws {
            try await withStores { stores in
                let record = record("team-slack", kind: kind)
                try await stores.credentials.create(record, sealed: SealedContent([0, 1, 255]))
                let found = try #require(
                    try await stores.credentials.credential(named: "team-slack", in: Stores.tenant))
                #expect(found.record == record)
                #expect(found.content == SealedContent([0, 1, 255]))
                #expect(try await stores.credentials.credential(named: "team-slack", in: Stores.stranger) == nil)
            }
        }

        @Test func `a name is given once, and again after it was deleted`() async throws {
            try await withStores { stores in
                try await stores.credentials.create(record("a"), sealed: SealedContent([1]))
                await #expect(throws: StoreConflict.nameTaken("a")) {
                    try await stores.credentials.create(record("a"), sealed: SealedContent([2]))
                }
                #expect(try await stores.credentials.delete(named: "a", in: Stores.stranger) == false)
                #expect(try await stores.credentials.delete(named: "a", in: Stores.tenant))
                #expect(try await stores.credentials.delete(named: "a", in: Stores.tenant) == false)
                let second = record("a")
                try await stores.credentials.create(second, sealed: SealedContent([2]))
                #expect(try await stores.credentials.delete(second.id, in: Stores.tenant))
                #expect(try await stores.credentials.delete(second.id, in: Stores.tenant) == false)
            }
        }

        @Test func `the list is sorted by name`() async throws {
            try await withStores { stores in
                for name in ["b", "A", "a", "c"] {
                    try await stores.credentials.create(record(name), sealed: SealedContent([]))
                }
                let names = try await stores.credentials.credentials(in: Stores.tenant).map(\.name)
                #expect(names == ["A", "a", "b", "c"])
            }
        }

        @Test func `settings are empty until they are set, then the last ones count`() async throws {
            try await withStores { stores in
                #expect(try await stores.settings.settings(of: "jira", in: Stores.tenant) == [:])
                for url in ["https://a", "https://b"] {
                    try await stores.settings.set(
                        ["base_url": .string(url)], of: "jira", in: Stores.tenant, at: Stores.start)
                }
                let settings = try await stores.settings.settings(of: "jira", in: Stores.tenant)
                #expect(settings == ["base_url": "https://b"])
                #expect(try await stores.settings.settings(of: "slack", in: Stores.tenant) == [:])
            }
        }
    }
}
