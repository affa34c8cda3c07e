import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct ReviewStoreTests {
        private func listed(_ stores: Stores, named name: String = "notifier") async throws -> TemplateID {
            let store = PostgresTemplateStore(stores.api)
            let change = TemplateStoreTests.change(TemplateStoreTests.version(named: name))
            _ = try await store.apply(.submit(held: false), to: change)
            _ = try await store.apply(.approve, to: change)
            return change.version.template
        }

        private func review(
            _ stars: Int, of template: TemplateID,
            by reviewer: Participant = Participant(AccountID.new(at: Stores.start))
        ) -> TemplateReview {
            TemplateReview(
                id: .new(at: Stores.start), template: template, reviewer: reviewer, version: Version("1.0.0")!,
                stars: stars, text: "So.", author: "Ann", createdAt: Stores.start, updatedAt: Stores.start)
        }

        private func rating(of id: TemplateID, _ stores: Stores) async throws -> TemplateRating? {
            try await PostgresTemplateStore(stores.api).listing(id)?.rating
        }

        @Test func `a rating is that of the reviews that are shown`() async throws {
            try await withStores { stores in
                let store = PostgresReviewStore(stores.api)
                let template = try await listed(stores)
                #expect(try await store.put(review(5, of: .new(at: Stores.start))) == nil)
                let ann = Participant(AccountID.new(at: Stores.start))
                let first = try #require(try await store.put(review(5, of: template, by: ann)))
                _ = try await store.put(review(3, of: template))
                #expect(try await rating(of: template, stores) == TemplateRating(reviews: 2, stars: 8))
                let changed = try #require(try await store.put(review(1, of: template, by: ann)))
                #expect(changed.id == first.id && changed.stars == 1)
                #expect(try await rating(of: template, stores) == TemplateRating(reviews: 2, stars: 4))
                #expect(try await store.setHidden("Spam.", first.id, of: template)?.hiddenReason == "Spam.")
                #expect(try await rating(of: template, stores) == TemplateRating(reviews: 1, stars: 3))
                #expect(try await store.reviews(of: template, hidden: false, page: PageRequest()).items.count == 1)
                #expect(try await store.reviews(of: template, hidden: true, page: PageRequest()).items.count == 2)
                // What is hidden stays so, also when it is taken back and written anew.
                #expect(try await store.removeReview(by: ann, of: template))
                #expect(try await store.removeReview(by: ann, of: template) == false)
                #expect(try await store.review(by: ann, of: template) == nil)
                let anew = try #require(try await store.put(review(5, of: template, by: ann)))
                #expect(anew.hiddenReason == "Spam.")
                #expect(try await rating(of: template, stores) == TemplateRating(reviews: 1, stars: 3))
                #expect(try await store.setHidden(nil, first.id, of: template)?.hiddenReason == nil)
                #expect(try await rating(of: template, stores) == TemplateRating(reviews: 2, stars: 8))
                #expect(try await store.removeReview(by: ann, of: template))
                #expect(try await rating(of: template, stores) == TemplateRating(reviews: 1, stars: 3))
                #expect(try await store.setHidden("x", .new(at: Stores.start), of: template) == nil)
            }
        }

        @Test func `many who review at once are all counted`() async throws {
            try await withStores { stores in
                let store = PostgresReviewStore(stores.api)
                let template = try await listed(stores)
                let ann = Participant(AccountID.new(at: Stores.start))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<20 {
                        group.addTask { _ = try await store.put(review(4, of: template)) }
                        group.addTask { _ = try await store.put(review(number % 5 + 1, of: template, by: ann)) }
                    }
                    try await group.waitForAll()
                }
                let own = try #require(try await store.review(by: ann, of: template))
                #expect(
                    try await rating(of: template, stores) == TemplateRating(reviews: 21, stars: 80 + own.stars))
            }
        }

        @Test func `one vote of five does not stand before many of nearly five`() async throws {
            try await withStores { stores in
                let store = PostgresReviewStore(stores.api)
                let (one, many) = (
                    try await listed(stores, named: "one"), try await listed(stores, named: "many")
                )
                let none = try await listed(stores, named: "none")
                let poor = try await listed(stores, named: "poor")
                _ = try await store.put(review(5, of: one))
                _ = try await store.put(review(1, of: poor))
                for number in 0..<50 { _ = try await store.put(review(number % 5 == 0 ? 4 : 5, of: many)) }
                let templates = PostgresTemplateStore(stores.api)
                let search = TemplateSearch(order: .rating)
                let first = try await templates.search(search, page: PageRequest(limit: 3))
                #expect(first.items.map(\.id) == [many, one, none])
                let rest = try await templates.search(search, page: PageRequest(limit: 3, cursor: first.next))
                #expect(rest.items.map(\.id) == [poor])
                let scores = try await stores.pool.query("select score, reviews, stars from template_listings")
                for row in scores {
                    let rating = try TemplateRating(reviews: Int(row.int("reviews")), stars: Int(row.int("stars")))
                    #expect(try row.int("score") == Int64(rating.score))
                }
            }
        }

        @Test func `one has one open report of a thing, and moderators close it once`() async throws {
            try await withStores { stores in
                let store = PostgresReviewStore(stores.api)
                let template = TemplateID.new(at: Stores.start)
                func report(_ review: ReviewID? = nil) -> TemplateReport {
                    TemplateReport(
                        id: .new(at: Stores.start), template: template, review: review,
                        reporter: Participant(Stores.tenant), reportedBy: "ann", reason: .spam, text: "",
                        createdAt: Stores.start)
                }
                let first = report()
                try await store.create(first)
                await #expect(throws: ReportConflict.isOpen(first.id)) { try await store.create(report()) }
                try await store.create(report(.new(at: Stores.start)))
                #expect(try await store.reports(in: .open, page: PageRequest()).items.count == 2)
                #expect(try await store.report(first.id) == first)
                let closed = try await store.close(first.id, as: .dismissed, note: "Fine.", by: "op", at: Stores.at(1))
                #expect(closed?.state == .dismissed && closed?.note == "Fine." && closed?.decidedBy == "op")
                await #expect(throws: ReportConflict.isClosed(.dismissed)) {
                    try await store.close(first.id, as: .resolved, note: "", by: "op", at: Stores.at(2))
                }
                #expect(
                    try await store.close(.new(at: Stores.start), as: .resolved, note: "", by: "op", at: Stores.at(2))
                        == nil)
                try await store.create(report())
            }
        }

        @Test func `who had a template is known for it when it is gone`() async throws {
            try await withStores { stores in
                let store = PostgresReviewStore(stores.api)
                let template = try await listed(stores)
                let installations = PostgresInstallationStore(stores.api)
                let record = WorkflowRecord(
                    id: .new(at: Stores.start), tenant: Stores.tenant, name: "x", about: "", status: .active,
                    version: 1, createdAt: Stores.start, updatedAt: Stores.start)
                let installation = TemplateInstallation(
                    id: .new(at: Stores.start), tenant: Stores.tenant, template: template, workflow: record.id,
                    base: .init(
                        version: Version("1.0.0")!, parameters: [:], credentials: [:], document: ["name": "x"]),
                    installedBy: "ann", installedAt: Stores.start, updatedAt: Stores.start)
                #expect(try await store.installedVersion(of: template, in: Stores.tenant) == nil)
                try await installations.install(installation, workflow: record, document: ["name": "x"], webhooks: [])
                #expect(try await installations.uninstall(installation.id, in: Stores.tenant, at: Stores.at(1)))
                #expect(try await store.installedVersion(of: template, in: Stores.tenant) == Version("1.0.0"))
                #expect(try await store.installedVersion(of: template, in: Stores.stranger) == nil)
            }
        }
    }
}
