import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct TemplateStoreTests {
        static func version(
            _ number: String = "1.0.0", named name: String = "notifier", of id: TemplateID = .new(at: Stores.start),
            in tenant: TenantID = Stores.tenant
        ) -> TemplateVersion {
            TemplateVersion(
                template: id, tenant: tenant, version: Version(number)!,
                document: ["name": .string(name), "v": .string(number)],
                createdBy: "ann", createdAt: Stores.start)
        }

        static func change(
            _ version: TemplateVersion, about: String = "Tells a channel of deployments", author: String = "gorax",
            category: String = "devops", tags: [String] = ["chat"], connectors: [String] = ["slack"],
            at seconds: Int64 = 1
        ) -> SubmissionChange {
            let listing = TemplateListing(
                id: version.template, publisher: version.tenant, name: version.name, title: "", about: about,
                author: author, category: category, tags: tags, connectors: connectors, version: version.version,
                publishedAt: Stores.at(seconds), updatedAt: Stores.at(seconds))
            return SubmissionChange(version: version, listing: listing, actor: "moderator", at: Stores.at(seconds))
        }

        private func publish(_ change: SubmissionChange, _ store: PostgresTemplateStore) async throws {
            #expect(try await store.put(change.version))
            #expect(try await store.apply(.submit(held: false), to: change).state == .pending)
            #expect(try await store.apply(.approve, to: change).state == .published)
        }

        private func names(_ search: TemplateSearch, _ store: PostgresTemplateStore) async throws -> [String] {
            try await store.search(search, page: PageRequest()).items.map(\.name)
        }

        @Test func `a version is replaced until it is submitted, and again when it was rejected`() async throws {
            try await withStores { stores in
                let store = PostgresTemplateStore(stores.api)
                let version = Self.version()
                #expect(try await store.put(version))
                #expect(try await store.put(version))
                #expect(try await store.versions(of: version.template, in: Stores.tenant) == [version])
                #expect(try await store.versions(of: version.template, in: Stores.stranger).isEmpty)
                #expect(try await store.template(named: "notifier", in: Stores.tenant) == version.template)
                #expect(try await store.template(named: "notifier", in: Stores.stranger) == nil)
                let change = Self.change(version)
                await #expect(throws: TemplateConflict.state(nil)) { try await store.apply(.approve, to: change) }
                #expect(try await store.apply(.submit(held: true), to: change).state == .pending)
                #expect(try await store.put(version) == false)
                await #expect(throws: TemplateConflict.state(.pending)) {
                    try await store.apply(.submit(held: true), to: change)
                }
                #expect(
                    try await store.submissions(in: .pending, page: PageRequest()).items.map(\.name) == ["notifier"])
                let rejected = try await store.apply(.reject, to: change)
                #expect(rejected.decidedBy == "moderator")
                #expect(try await store.put(version))
                #expect(try await store.apply(.submit(held: true), to: change).state == .pending)
                #expect(try await store.apply(.approve, to: change).state == .approved)
                #expect(try await store.listing(version.template) == nil)
                #expect(try await store.apply(.submit(held: false), to: change).state == .published)
                #expect(try await store.listing(named: "notifier")?.id == version.template)
                #expect(
                    try await store.templates(in: Stores.tenant, page: PageRequest()).items.first?.submission?.state
                        == .published)
            }
        }

        @Test func `the list shows the newest version, whatever the order, and an older one when that is taken back`()
            async throws
        {
            try await withStores { stores in
                let store = PostgresTemplateStore(stores.api)
                let id = TemplateID.new(at: Stores.start)
                for number in ["1.10.0", "1.9.0"] {
                    try await publish(Self.change(Self.version(number, of: id)), store)
                }
                #expect(try await store.listing(id)?.version == Version("1.10.0"))
                #expect(try await store.listedVersions(of: id).count == 2)
                let newest = Self.change(Self.version("1.10.0", of: id))
                #expect(try await store.apply(.withdraw, to: newest).state == .withdrawn)
                #expect(try await store.listing(id)?.version == Version("1.9.0"))
                #expect(
                    try await store.apply(.withdraw, to: Self.change(Self.version("1.9.0", of: id))).state == .withdrawn
                )
                #expect(try await store.listing(id) == nil)
                #expect(try await names(TemplateSearch(), store) == [])
                // Its name stays its own.
                let other = Self.change(Self.version(in: Stores.stranger))
                #expect(try await store.apply(.submit(held: false), to: other).state == .pending)
                await #expect(throws: TemplateConflict.nameTaken("notifier")) {
                    try await store.apply(.approve, to: other)
                }
                #expect(
                    try await store.submission(of: other.version.template, version: other.version.version)?.submission?
                        .state == .pending)
            }
        }

        @Test func `templates are found by words, misspelt ones too, by filters and page by page`() async throws {
            try await withStores { stores in
                let store = PostgresTemplateStore(stores.api)
                try await publish(Self.change(Self.version(named: "deployment-notifier"), at: 1), store)
                try await publish(
                    Self.change(
                        Self.version(named: "incident-room"), about: "Opens a channel when something breaks",
                        author: "eve",
                        category: "incident-management", tags: ["pager"], connectors: ["slack", "jira"], at: 2), store)
                try await publish(
                    Self.change(
                        Self.version(named: "nightly-export"), about: "Copies rows; tells of deployments as well",
                        category: "data-integration", tags: [], connectors: ["postgresql"], at: 3), store)
                // The name counts for more than the description.
                #expect(
                    try await names(TemplateSearch("deployments"), store) == ["deployment-notifier", "nightly-export"])
                #expect(
                    try await names(TemplateSearch("deploymnet"), store) == ["deployment-notifier", "nightly-export"])
                #expect(try await names(TemplateSearch("slakc channel"), store).count == 2)
                #expect(try await names(TemplateSearch("incid"), store) == ["incident-room"])
                #expect(try await names(TemplateSearch("tell of the deployment"), store).count == 2)
                #expect(try await names(TemplateSearch("zebra"), store) == [])
                #expect(try await names(TemplateSearch("' | & !:* \\ ( channel"), store).count == 2)
                #expect(try await names(TemplateSearch(connector: "jira"), store) == ["incident-room"])
                #expect(try await names(TemplateSearch(tag: "chat"), store) == ["deployment-notifier"])
                #expect(try await names(TemplateSearch(author: "eve"), store) == ["incident-room"])
                #expect(
                    try await names(TemplateSearch("channel", category: "devops"), store) == ["deployment-notifier"])
                for order in TemplateSearch.Order.allCases {
                    var found: [String] = []
                    var cursor: String?
                    repeat {
                        let page = try await store.search(
                            TemplateSearch("deployment", order: order), page: PageRequest(limit: 1, cursor: cursor))
                        found += page.items.map(\.name)
                        cursor = page.next
                    } while cursor != nil
                    #expect(Set(found) == ["deployment-notifier", "nightly-export"], "\(order)")
                    #expect(found.count == 2)
                }
                #expect(try await names(TemplateSearch(order: .date), store).first == "nightly-export")
                await #expect(throws: InvalidCursor.self) {
                    try await store.search(TemplateSearch(), page: PageRequest(cursor: "x"))
                }
            }
        }

        @Test func `only the tenant that published a template deprecates it`() async throws {
            try await withStores { stores in
                let store = PostgresTemplateStore(stores.api)
                let change = Self.change(Self.version())
                try await publish(change, store)
                let id = change.version.template
                #expect(try await store.deprecate(id, in: Stores.stranger, reason: "x", at: Stores.at(9)) == nil)
                #expect(
                    try await store.deprecate(id, in: Stores.tenant, reason: "x", at: Stores.at(9))?.deprecation == "x")
                #expect(try await store.listing(id)?.deprecation == "x")
            }
        }

        @Test func `two who decide at once are one after the other`() async throws {
            try await withStores { stores in
                let store = PostgresTemplateStore(stores.api)
                let change = Self.change(Self.version())
                #expect(try await store.put(change.version))
                _ = try await store.apply(.submit(held: false), to: change)
                let outcomes = await withTaskGroup(of: Bool.self) { group in
                    for event in [SubmissionEvent.approve, .reject, .approve, .reject] {
                        group.addTask { (try? await store.apply(event, to: change)) != nil }
                    }
                    return await group.reduce(into: [Bool]()) { $0.append($1) }
                }
                #expect(outcomes.count(where: { $0 }) == 1)
            }
        }
    }
}
