import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct IndexStoreTests {
        private static func index(_ name: String = "acme", at seconds: Int64 = 0) -> TemplateIndex {
            TemplateIndex(
                id: .new(at: Stores.start), name: name, url: "https://\(name).example/index.json", key: "k",
                nextAt: Stores.at(seconds),
                createdBy: "ann", createdAt: Stores.start, updatedAt: Stores.start)
        }

        private static func template(
            _ name: String, _ version: String = "1.0.0", about: String = "Tells a channel", sha256: String = "a"
        ) -> IndexedTemplate {
            IndexedTemplate(
                name: name, version: Version(version)!, title: "", about: about, author: "gorax", category: "devops",
                tags: ["chat"], connectors: ["slack"],
                file: IndexedFile(name: "\(name)-\(version).pbt", sha256: sha256, size: 100),
                entry: ["name": .string(name)])
        }

        private static func connector(_ version: String = "1.0.0", sha256: String = "c") -> IndexedConnector {
            IndexedConnector(
                connector: "slack", version: Version(version)!,
                file: IndexedFile(name: "slack-\(version).pbc", sha256: sha256, size: 10), entry: ["permissions": [:]])
        }

        /// Claims the one that is due and stores content for it.
        private func follow(
            _ content: IndexContent?, serial: Int64 = 1, _ store: PostgresIndexStore, at seconds: Int64 = 10
        ) async throws {
            let claimed = try #require(try await store.claim(at: Stores.at(seconds), until: Stores.at(seconds + 300)))
            var progress = claimed.progress
            progress.serial = serial
            progress.digest = "d\(serial)"
            progress.templates = content?.templates.count ?? progress.templates
            #expect(
                try await store.store(
                    progress, next: Stores.at(seconds + 3_600), of: claimed, content: content, at: Stores.at(seconds)))
        }

        private func names(_ text: String, _ stores: Stores) async throws -> [String] {
            try await PostgresTemplateStore(stores.api).search(TemplateSearch(text), page: PageRequest()).items.map(
                \.name)
        }

        @Test func `an index is read by one host at a time, and again when its time has come`() async throws {
            try await withStores { stores in
                let store = PostgresIndexStore(stores.api)
                let index = Self.index(at: 5)
                try await store.create(index)
                #expect(try await store.index(named: "acme") == index)
                await #expect(throws: IndexConflict.nameTaken("acme")) { try await store.create(Self.index()) }
                #expect(try await store.claim(at: Stores.at(1), until: Stores.at(300)) == nil)
                #expect(try await store.claim(at: Stores.at(5), until: Stores.at(300))?.id == index.id)
                #expect(try await store.claim(at: Stores.at(6), until: Stores.at(300)) == nil)
                // Whoever had it does not come back.
                let second = try #require(try await store.claim(at: Stores.at(300), until: Stores.at(600)))
                var progress = second.progress
                progress.error = IndexFailure(.untrusted, "Another key.")
                progress.failures = 1
                #expect(
                    try await store.store(progress, next: Stores.at(900), of: second, content: nil, at: Stores.at(301)))
                let failed = try #require(try await store.index(index.id))
                #expect(failed.state == "failing" && failed.progress == progress && failed.nextAt == Stores.at(900))
                #expect(try await store.claim(at: Stores.at(899), until: Stores.at(1_000)) == nil)
                #expect(try await store.hurry(index.id, at: Stores.at(400))?.nextAt == Stores.at(400))
                let third = try #require(try await store.claim(at: Stores.at(400), until: Stores.at(700)))
                // It is changed while it is read: what was read is of no use.
                let changed = try await store.change(index.id, IndexChange(key: "other"), at: Stores.at(401))
                #expect(changed?.key == "other" && changed?.progress.serial == nil)
                #expect(
                    try await store.store(progress, next: Stores.at(999), of: third, content: nil, at: Stores.at(402))
                        == false)
            }
        }

        @Test func `what an index offers is found with its origin, and replaced as a whole`() async throws {
            try await withStores { stores in
                let (store, templates) = (PostgresIndexStore(stores.api), PostgresTemplateStore(stores.api))
                try await store.create(Self.index())
                try await follow(
                    IndexContent(
                        templates: [
                            Self.template("notifier"), Self.template("notifier", "1.10.0"),
                            Self.template("notifier", "1.2.0"),
                            Self.template("reporter", about: "Reports incidents"),
                        ], connectors: [Self.connector()]), store)
                #expect(try await names("acme", stores).sorted() == ["acme:notifier", "acme:reporter"])
                #expect(try await names("incidnts", stores) == ["acme:reporter"])
                let listing = try #require(try await templates.listing(named: "acme:notifier"))
                #expect(listing.index == "acme" && listing.version == Version("1.10.0")!)
                #expect(listing.tags == ["chat"] && listing.connectors == ["slack"])
                let versions = try await templates.listedVersions(of: listing.id)
                #expect(Set(versions.map(\.version.description)) == ["1.0.0", "1.10.0", "1.2.0"])
                #expect(versions.allSatisfy { !$0.isFetched })
                #expect(
                    try await store.connectors(of: store.index(named: "acme")!.id, page: PageRequest()).items == [
                        Self.connector()
                    ])

                _ = try await store.hurry(store.index(named: "acme")!.id, at: Stores.at(20))
                try await follow(
                    IndexContent(
                        templates: [Self.template("notifier", "2.0.0"), Self.template("notifier")], connectors: []),
                    serial: 2, store, at: 20)
                #expect(try await names("", stores) == ["acme:notifier"])
                let newer = try #require(try await templates.listing(named: "acme:notifier"))
                #expect(newer.id == listing.id && newer.version == Version("2.0.0")!)
                #expect(
                    Set(try await templates.listedVersions(of: listing.id).map(\.version.description)) == [
                        "2.0.0", "1.0.0",
                    ])
            }
        }

        @Test func `other bytes under a version leave everything as it was`() async throws {
            try await withStores { stores in
                let store = PostgresIndexStore(stores.api)
                try await store.create(Self.index())
                try await follow(
                    IndexContent(templates: [Self.template("notifier")], connectors: [Self.connector()]), store)
                for content in [
                    IndexContent(
                        templates: [Self.template("notifier", sha256: "b"), Self.template("other")], connectors: []),
                    IndexContent(templates: [Self.template("other")], connectors: [Self.connector(sha256: "b")]),
                ] {
                    let index = try #require(try await store.index(named: "acme"))
                    await #expect(throws: IndexFailure.self) {
                        try await store.store(
                            IndexProgress(serial: 2), next: Stores.at(99), of: index, content: content,
                            at: Stores.at(50))
                    }
                    #expect(try await store.index(named: "acme") == index)
                    #expect(try await names("", stores) == ["acme:notifier"])
                }
            }
        }

        @Test func `a version is fetched from where it was offered, and kept as long as its bytes are the same`()
            async throws
        {
            try await withStores { stores in
                let (store, templates) = (PostgresIndexStore(stores.api), PostgresTemplateStore(stores.api))
                try await store.create(Self.index())
                try await follow(
                    IndexContent(
                        templates: [Self.template("notifier"), Self.template("notifier", "1.1.0")], connectors: []),
                    store)
                let id = try #require(try await templates.listing(named: "acme:notifier")?.id)
                let release = try #require(try await store.release(of: id, version: Version("1.0.0")!))
                #expect(
                    release.name == "notifier" && release.file.name == "notifier-1.0.0.pbt"
                        && release.index.name == "acme")
                try await store.keep(["no": 1], of: id, version: Version("1.0.0")!, sha256: "another")
                try await store.keep(["name": "notifier"], of: id, version: Version("1.0.0")!, sha256: "a")
                let versions = try await templates.listedVersions(of: id)
                #expect(versions.first { $0.version == Version("1.0.0")! }?.document == ["name": "notifier"])
                #expect(versions.filter(\.isFetched).count == 1)
                // It is not offered any more, and its bytes are remembered.
                _ = try await store.hurry(release.index.id, at: Stores.at(20))
                try await follow(
                    IndexContent(templates: [Self.template("notifier", "1.1.0")], connectors: []), serial: 2, store,
                    at: 20)
                #expect(try await store.release(of: id, version: Version("1.0.0")!) == nil)
                let index = try #require(try await store.index(named: "acme"))
                let back = IndexContent(templates: [Self.template("notifier", sha256: "z")], connectors: [])
                await #expect(throws: IndexFailure.self) {
                    try await store.store(
                        IndexProgress(serial: 3), next: Stores.at(99), of: index, content: back, at: Stores.at(50))
                }
            }
        }

        @Test func `one that is disabled or removed offers nothing, and another of its name is another one`()
            async throws
        {
            try await withStores { stores in
                let (store, templates) = (PostgresIndexStore(stores.api), PostgresTemplateStore(stores.api))
                let index = Self.index()
                try await store.create(index)
                let content = IndexContent(templates: [Self.template("notifier")], connectors: [Self.connector()])
                try await follow(content, store)
                let id = try #require(try await templates.listing(named: "acme:notifier")?.id)
                #expect(
                    try await store.change(index.id, IndexChange(isEnabled: false), at: Stores.at(20))?.state
                        == "disabled")
                #expect(try await names("", stores).isEmpty)
                #expect(try await store.release(of: id, version: Version("1.0.0")!) == nil)
                #expect(try await store.claim(at: Stores.at(9_999), until: Stores.at(9_999)) == nil)
                _ = try await store.change(index.id, IndexChange(isEnabled: true), at: Stores.at(30))
                try await follow(content, store, at: 30)
                #expect(try await templates.listing(named: "acme:notifier")?.id == id)

                #expect(try await store.remove(index.id, at: Stores.at(40)))
                #expect(try await store.remove(index.id, at: Stores.at(40)) == false)
                #expect(try await names("", stores).isEmpty)
                try await store.create(Self.index())
                try await follow(
                    IndexContent(templates: [Self.template("notifier", sha256: "new")], connectors: []), store, at: 50)
                let fresh = try #require(try await templates.listing(named: "acme:notifier")?.id)
                #expect(fresh != id)
            }
        }

        @Test func `as many as an installation follows are the most`() async throws {
            try await withStores { stores in
                let store = PostgresIndexStore(stores.api)
                for number in 0..<50 { try await store.create(Self.index("index-\(number)")) }
                await #expect(throws: IndexConflict.tooMany(50)) { try await store.create(Self.index("one-more")) }
                #expect(try await store.indexes().count == 50)
            }
        }
    }
}
