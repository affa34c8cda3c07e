import PatchbayCore
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct PublisherStoreTests {
        private func profile(_ name: String, of tenant: TenantID = Stores.tenant) -> PublisherProfile {
            PublisherProfile(
                id: .new(at: Stores.start), tenant: tenant, name: name, bio: "We make things.",
                links: [.init(title: "Home", address: "https://gorax.example")], createdAt: Stores.start,
                updatedAt: Stores.start)
        }

        @Test func `a tenant has one profile, whose name nobody else has`() async throws {
            try await withStores { stores in
                let store = PostgresPublisherStore(stores.api)
                #expect(try await store.profile(of: Stores.tenant) == nil)
                let first = profile("Gorax")
                #expect(try await store.put(first) == first)
                var second = profile("Gorax Ltd")
                second.avatar = "https://gorax.example/a.png"
                second.updatedAt = Stores.at(1)
                let changed = try await store.put(second)
                #expect(changed.id == first.id && changed.name == "Gorax Ltd" && changed.updatedAt == Stores.at(1))
                #expect(try await store.profile(first.id) == changed)
                #expect(try await store.profile(of: Stores.tenant) == changed)
                await #expect(throws: PublisherNameTaken(name: "GORAX ltd")) {
                    try await store.put(profile("GORAX ltd", of: Stores.stranger))
                }
            }
        }

        @Test func `a profile goes with its tenant, and what that published stays`() async throws {
            try await withStores { stores in
                let store = PostgresPublisherStore(stores.api)
                let templates = PostgresTemplateStore(stores.api)
                let change = TemplateStoreTests.change(TemplateStoreTests.version(in: Stores.stranger))
                _ = try await templates.apply(.submit(held: false), to: change)
                _ = try await templates.apply(.approve, to: change)
                let made = try await store.put(profile("Gorax", of: Stores.stranger))
                let other = try await store.put(profile("Other"))
                _ = try await PostgresTenantRemoval(stores.target).remove(Stores.stranger, settling: .zero)
                #expect(try await store.profile(made.id) == nil)
                #expect(try await store.profile(other.id) == other)
                let listing = try await templates.listing(change.version.template)
                #expect(listing != nil && listing?.profile == nil)
            }
        }

        @Test func `listings name their publisher, and are found by it`() async throws {
            try await withStores { stores in
                let store = PostgresPublisherStore(stores.api)
                let templates = PostgresTemplateStore(stores.api)
                for (name, tenant) in [("mine", Stores.tenant), ("theirs", Stores.stranger)] {
                    let change = TemplateStoreTests.change(TemplateStoreTests.version(named: name, in: tenant))
                    _ = try await templates.apply(.submit(held: false), to: change)
                    _ = try await templates.apply(.approve, to: change)
                }
                #expect(try await templates.listing(named: "mine")?.profile == nil)
                let made = try await store.put(profile("Gorax"))
                #expect(try await templates.listing(named: "mine")?.profile == .init(id: made.id, name: "Gorax"))
                for order in TemplateSearch.Order.allCases {
                    for words in ["", "deployments"] {
                        let found = try await templates.search(
                            TemplateSearch(words, publisher: made.id, order: order), page: PageRequest())
                        #expect(found.items.map(\.name) == ["mine"], "\(order) \(words)")
                    }
                }
                #expect(try await templates.listing(named: "theirs")?.profile == nil)
            }
        }
    }
}
