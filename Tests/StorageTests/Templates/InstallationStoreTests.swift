import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct InstallationStoreTests {
        private func installation(of workflow: WorkflowID, template: TemplateID) -> TemplateInstallation {
            TemplateInstallation(
                id: .new(at: Stores.start), tenant: Stores.tenant, template: template, workflow: workflow,
                base: .init(
                    version: Version("1.0.0")!, parameters: ["a": 1], credentials: ["SLOT": "mine"],
                    document: ["name": "x"]),
                installedBy: "ann", installedAt: Stores.start, updatedAt: Stores.start)
        }

        private func record() -> WorkflowRecord {
            WorkflowRecord(
                id: .new(at: Stores.start), tenant: Stores.tenant, name: "x", about: "", status: .active, version: 1,
                createdAt: Stores.start, updatedAt: Stores.start)
        }

        private func listed(_ stores: Stores) async throws -> TemplateID {
            let store = PostgresTemplateStore(stores.api)
            let change = TemplateStoreTests.change(TemplateStoreTests.version())
            _ = try await store.apply(.submit(held: false), to: change)
            _ = try await store.apply(.approve, to: change)
            return change.version.template
        }

        @Test func `a workflow and its installation are made, changed and taken away together`() async throws {
            try await withStores { stores in
                let store = PostgresInstallationStore(stores.api)
                let template = try await listed(stores)
                let record = record()
                var installation = installation(of: record.id, template: template)
                try await store.install(installation, workflow: record, document: ["name": "x"], webhooks: [])
                #expect(try await store.installation(installation.id, in: Stores.tenant) == installation)
                #expect(try await store.installation(installation.id, in: Stores.stranger) == nil)
                #expect(try await stores.workflows.workflow(record.id, in: Stores.tenant) != nil)
                installation.previous = .init(base: installation.base, workflowVersion: 1)
                installation.base.version = Version("1.1.0")!
                await #expect(throws: StoreConflict.versionMoved(expected: 7, current: 1)) {
                    try await store.update(
                        installation, name: "y", about: "", document: ["name": "y"], webhooks: [], expecting: 7,
                        at: Stores.at(1))
                }
                #expect(try await store.installation(installation.id, in: Stores.tenant)?.previous == nil)
                let changed = try await store.update(
                    installation, name: "y", about: "", document: ["name": "y"], webhooks: [], expecting: 1,
                    at: Stores.at(1))
                #expect(changed?.version == 2)
                #expect(
                    try await store.installation(installation.id, in: Stores.tenant)?.previous?.workflowVersion == 1)
                let shown = try await PostgresTemplateStore(stores.api).listing(template)
                #expect(shown?.installs == 1 && shown?.active == 1)
                #expect(try await store.installations(in: Stores.tenant, page: PageRequest()).items.count == 1)
                #expect(try await store.uninstall(installation.id, in: Stores.stranger, at: Stores.at(2)) == false)
                #expect(try await store.uninstall(installation.id, in: Stores.tenant, at: Stores.at(2)))
                #expect(try await stores.workflows.workflow(record.id, in: Stores.tenant) == nil)
                let left = try await PostgresTemplateStore(stores.api).listing(template)
                #expect(left?.installs == 1 && left?.active == 0)
            }
        }

        @Test func `an installation whose workflow cannot be made leaves nothing`() async throws {
            try await withStores { stores in
                let store = PostgresInstallationStore(stores.api)
                let template = try await listed(stores)
                try await stores.workflow(endpoints: ["deploy"])
                let record = record()
                let installation = installation(of: record.id, template: template)
                await #expect(throws: StoreConflict.endpointTaken("deploy")) {
                    try await store.install(
                        installation, workflow: record, document: ["name": "x"],
                        webhooks: stores.webhooks(["deploy"], of: record.id))
                }
                #expect(try await store.installations(in: Stores.tenant, page: PageRequest()).items.isEmpty)
                #expect(try await stores.workflows.workflow(record.id, in: Stores.tenant) == nil)
                #expect(try await PostgresTemplateStore(stores.api).listing(template)?.installs == 0)
            }
        }

        @Test func `many who install the same at once all have it, and are counted`() async throws {
            try await withStores { stores in
                let store = PostgresInstallationStore(stores.api)
                let template = try await listed(stores)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<20 {
                        group.addTask {
                            let record = record()
                            try await store.install(
                                installation(of: record.id, template: template), workflow: record,
                                document: ["name": "x"], webhooks: [])
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(try await store.installations(in: Stores.tenant, page: PageRequest()).items.count == 20)
                #expect(try await PostgresTemplateStore(stores.api).listing(template)?.active == 20)
            }
        }
    }
}
