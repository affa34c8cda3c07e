import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct TemplateStatisticsTests {
        private static let today = Stores.start.daysSinceEpoch

        private func listed(_ stores: Stores) async throws -> TemplateID {
            let store = PostgresTemplateStore(stores.api)
            let change = TemplateStoreTests.change(TemplateStoreTests.version())
            _ = try await store.apply(.submit(held: false), to: change)
            _ = try await store.apply(.approve, to: change)
            return change.version.template
        }

        private func install(_ template: TemplateID, _ stores: Stores) async throws -> TemplateInstallation {
            let record = WorkflowRecord(
                id: .new(at: Stores.start), tenant: Stores.tenant, name: "x", about: "", status: .active, version: 1,
                createdAt: Stores.start, updatedAt: Stores.start)
            let installation = TemplateInstallation(
                id: .new(at: Stores.start), tenant: Stores.tenant, template: template, workflow: record.id,
                base: .init(version: Version("1.0.0")!, parameters: [:], credentials: [:], document: ["name": "x"]),
                installedBy: "ann", installedAt: Stores.start, updatedAt: Stores.start)
            try await PostgresInstallationStore(stores.api).install(
                installation, workflow: record, document: ["name": "x"], webhooks: [])
            return installation
        }

        @Test func `views are added by day and source, from many hosts at once`() async throws {
            try await withStores { stores in
                let store = PostgresTemplateStatistics(stores.api)
                let templates = (0..<5).map { _ in TemplateID.new(at: Stores.start) }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<10 {
                        group.addTask {
                            let views = templates.shuffled().map {
                                TemplateViews(template: $0, day: Self.today - 1, source: "a.example", views: 2)
                            }
                            try await store.add(
                                views
                                    + views.map {
                                        TemplateViews(
                                            template: $0.template, day: Self.today, source: "\(number % 2)", views: 1)
                                    })
                        }
                    }
                    try await group.waitForAll()
                }
                let range = Self.today - 1...Self.today
                let days = try await store.days(of: templates[0], range)
                #expect(days.map(\.views) == [20, 10] && days.map(\.day) == [Self.today - 1, Self.today])
                let referrals = try await store.referrals(of: templates[0], range, limit: 2)
                #expect(
                    referrals == [
                        TemplateReferral(source: "a.example", views: 20), TemplateReferral(source: "0", views: 5),
                    ])
                #expect(try await store.days(of: .new(at: Stores.start), range).isEmpty)
                try await store.add([])
            }
        }

        @Test func `a template has a hundred sources, and the rest is one`() async throws {
            try await withStores { stores in
                let store = PostgresTemplateStatistics(stores.api)
                let template = TemplateID.new(at: Stores.start)
                for batch in 0..<3 {
                    try await store.add(
                        (0..<60).map { number in
                            TemplateViews(
                                template: template, day: Self.today, source: "s\(batch)-\(number)", views: 1)
                        })
                }
                try await store.add([
                    TemplateViews(template: template, day: Self.today + 1, source: "s0-7", views: 5)
                ])
                let referrals = try await store.referrals(of: template, Self.today...Self.today + 1, limit: 500)
                #expect(referrals.count == 101)
                #expect(referrals[0] == TemplateReferral(source: "other", views: 80))
                #expect(referrals[1] == TemplateReferral(source: "s0-7", views: 6))
                #expect(referrals.map(\.views).reduce(0, +) == 185)
            }
        }

        @Test func `installs and uninstalls stand on their days, with what there was at the end`() async throws {
            try await withStores { stores in
                let store = PostgresTemplateStatistics(stores.api)
                let template = try await listed(stores)
                let first = try await install(template, stores)
                _ = try await install(template, stores)
                let tomorrow = Stores.start + 86_400_000
                #expect(
                    try await PostgresInstallationStore(stores.api).uninstall(
                        first.id, in: Stores.tenant, at: tomorrow))
                let days = try await store.days(of: template, Self.today...Self.today + 1)
                #expect(
                    days == [
                        TemplateDay(day: Self.today, installs: 2, active: 2),
                        TemplateDay(day: Self.today + 1, uninstalls: 1, active: 1),
                    ])
                // The day before the range says how many there were.
                let later = try await store.days(of: template, Self.today + 5...Self.today + 9)
                #expect(later.map(\.day) == [Self.today + 1])
            }
        }

        @Test func `runs of workflows that come from a template are counted, again and again the same`() async throws {
            try await withStores { stores in
                let template = try await listed(stores)
                let installation = try await install(template, stores)
                for number in 0..<3 {
                    _ = try await stores.pool.query(
                        """
                        insert into runs (
                            tenant_id, run_id, workflow_id, version, workflow_name, status, trigger, created_at)
                        values ($1, $2, $3, 1, 'x', 'completed', 'manual', now())
                        """,
                        [
                            .uuid(high: Stores.tenant.high, low: Stores.tenant.low),
                            .uuid(
                                high: RunID.new(at: Stores.start + Int64(number - 1) * 86_400_000).high,
                                low: UInt64(number)),
                            .uuid(high: installation.workflow.high, low: installation.workflow.low),
                        ])
                }
                let counting = PostgresTemplateCounting(stores.engine)
                for _ in 0..<2 { try await counting.countRuns(on: Self.today) }
                let store = PostgresTemplateStatistics(stores.api)
                let range = Self.today - 3...Self.today + 3
                #expect(try await store.days(of: template, range).map(\.runs) == [1])
                try await counting.countRuns(on: Self.today + 1)
                #expect(try await store.days(of: template, range).map(\.runs) == [1, 1])
                _ = try await stores.pool.query("delete from runs")
                try await counting.countRuns(on: Self.today)
                #expect(try await store.days(of: template, range).map(\.runs) == [1, 1])
                try await counting.forget(before: Self.today + 1)
                #expect(try await store.days(of: template, range).map(\.day) == [Self.today + 1])
            }
        }
    }
}
