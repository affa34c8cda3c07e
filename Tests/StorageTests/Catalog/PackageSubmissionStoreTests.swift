import DatabaseFixture
import PatchbayCore
import PatchbayJSON
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct PackageSubmissionStoreTests {
        static func submission(
            _ pin: String = "acme@1.0.0", of tenant: TenantID = Stores.tenant, state: SubmissionState = .pending,
            isHeld: Bool = false, digest: String = "aa"
        ) -> PackageSubmission {
            let pin = ConnectorPin(pin)!
            return PackageSubmission(
                publisher: tenant,
                content: ExaminedPackage(
                    pin: pin, digest: String(repeating: digest, count: 32), size: 3,
                    manifest: ["id": .string(pin.connector), "name": "Acme", "summary": "Sends parcels"],
                    signer: "key", report: ["passed": true], hasPassed: state != .rejected),
                submission: TemplateSubmission(
                    state: state, isHeld: isHeld, submittedBy: "ann", submittedAt: Stores.start))
        }

        private func decide(
            _ event: SubmissionEvent, _ pin: String, in store: PostgresPackageSubmissionStore, at: Int64 = 1
        ) async throws -> PackageSubmission? {
            try await store.apply(
                event, to: ConnectorPin(pin)!, by: "mod", reasons: "because", at: Stores.at(at))
        }

        private func published(_ pins: String..., in store: PostgresPackageSubmissionStore) async throws {
            for pin in pins {
                try await store.submit(Self.submission(pin), package: [1, 2, 3])
                _ = try await decide(.approve, pin, in: store)
            }
        }

        @Test func `a package waits, is approved and found, and never changes again`() async throws {
            try await withStores { stores in
                let store = PostgresPackageSubmissionStore(stores.engine)
                let first = Self.submission()
                try await store.submit(first, package: [1, 2, 3])
                #expect(try await store.submission(of: first.pin) == first)
                #expect(try await store.package(of: first.pin) == [1, 2, 3])
                #expect(try await store.submissions(in: .pending, page: PageRequest()).items == [first])
                #expect(try await store.submissions(of: Stores.tenant, page: PageRequest()).items == [first])
                #expect(try await store.submissions(of: Stores.stranger, page: PageRequest()).items.isEmpty)
                #expect(try await store.published(matching: nil, page: PageRequest()).items.isEmpty)
                await #expect(throws: PackageConflict.state(.pending)) {
                    try await store.submit(first, package: [1, 2, 3])
                }
                await #expect(throws: PackageConflict.connectorTaken("acme")) {
                    try await store.submit(Self.submission(of: Stores.stranger), package: [1])
                }
                let approved = try await decide(.approve, "acme@1.0.0", in: store)
                #expect(approved?.submission.state == .published && approved?.publishedAt == Stores.at(1))
                await #expect(throws: PackageConflict.state(.published)) {
                    _ = try await decide(.withdraw, "acme@1.0.0", in: store)
                }
                await #expect(throws: PackageConflict.connectorTaken("acme")) {
                    try await store.submit(Self.submission("acme@2.0.0", of: Stores.stranger), package: [1])
                }
                #expect(try await decide(.approve, "acme@9.0.0", in: store) == nil)
            }
        }

        @Test func `what is rejected or taken back loses its package and may come again`() async throws {
            try await withStores { stores in
                let store = PostgresPackageSubmissionStore(stores.engine)
                try await store.submit(Self.submission(state: .rejected), package: [9])
                #expect(try await store.package(of: ConnectorPin("acme@1.0.0")!) == nil)
                try await store.submit(Self.submission(isHeld: true, digest: "bb"), package: [1, 2, 3])
                #expect(try await decide(.approve, "acme@1.0.0", in: store)?.submission.state == .approved)
                let refused = try await decide(.reject, "acme@1.0.0", in: store)
                #expect(refused?.submission.reasons == "because" && refused?.submission.decidedBy == "mod")
                #expect(try await store.package(of: ConnectorPin("acme@1.0.0")!) == nil)
                await #expect(throws: PackageConflict.state(.rejected)) {
                    _ = try await decide(.submit(held: false), "acme@1.0.0", in: store)
                }
                // Never published, so the id is nobody's.
                try await store.submit(Self.submission(of: Stores.stranger), package: [4])
                #expect(try await decide(.withdraw, "acme@1.0.0", in: store)?.submission.state == .withdrawn)
            }
        }

        @Test func `a tenant has only so many waiting`() async throws {
            try await withStores { stores in
                let store = PostgresPackageSubmissionStore(stores.engine)
                for number in 0..<PackageSubmission.mostPending {
                    try await store.submit(Self.submission("acme@1.0.\(number)"), package: [1])
                }
                await #expect(throws: PackageConflict.tooManyPending(PackageSubmission.mostPending)) {
                    try await store.submit(Self.submission("other@1.0.0"), package: [1])
                }
                try await store.submit(Self.submission("other@1.0.0", of: Stores.stranger), package: [1])
            }
        }

        @Test func `the newest offered version of each connector is found, by words and by pages`() async throws {
            try await withStores { stores in
                let store = PostgresPackageSubmissionStore(stores.engine)
                try await published("acme@1.9.0", "acme@1.10.0", "acme@2.0.0-rc.1", "beta@1.0.0", in: store)
                let first = try await store.published(matching: "PARCELS", page: PageRequest(limit: 1))
                #expect(first.items.map(\.pin.description) == ["acme@2.0.0-rc.1"])
                let next = try await store.published(matching: nil, page: PageRequest(limit: 1, cursor: first.next))
                #expect(next.items.map(\.pin.description) == ["beta@1.0.0"] && next.next == nil)
                #expect(try await store.published(matching: "none", page: PageRequest()).items.isEmpty)
                #expect(
                    try await store.published("acme").map(\.pin.version.description)
                        == ["2.0.0-rc.1", "1.10.0", "1.9.0"])
            }
        }

        @Test func `a recalled version is disabled, and neither installed nor enabled until it is restored`()
            async throws
        {
            try await withStores { stores in
                let store = PostgresPackageSubmissionStore(stores.engine)
                let catalogue = PostgresConnectorStore(stores.engine, log: .quiet)
                try await published("acme@1.0.0", "acme@1.1.0", in: store)
                func installation(_ version: String) -> ConnectorInstallation {
                    ConnectorInstallation(
                        connector: "acme", version: Version(version)!, digest: String(repeating: "aa", count: 32),
                        size: 3, librarySHA256: "bb", installedAt: Stores.start, installedBy: "ann")
                }
                _ = try await catalogue.install(installation("1.0.0"), package: [1, 2, 3])
                let pin = ConnectorPin("acme@1.0.0")!
                let recall = PackageRecall(kind: .yanked, reason: "Bad.", by: "mod", at: Stores.at(5))
                #expect(try await store.recall(recall, of: pin)?.recall == recall)
                #expect(try await store.recall(recall, of: ConnectorPin("acme@9.0.0")!) == nil)
                #expect(try await catalogue.installations().map(\.state) == [.disabled])
                #expect(
                    try await store.recalls(among: [pin, ConnectorPin("acme@1.1.0")!]) == [pin: recall])
                #expect(
                    try await store.published(matching: nil, page: PageRequest()).items.map(\.pin.description)
                        == ["acme@1.1.0"])
                await #expect(throws: recall.refusal(of: pin)) {
                    _ = try await catalogue.set(.enabled, of: pin, by: "ann", at: Stores.at(6))
                }
                // It is there already, which changes nothing.
                guard case .unchanged = try await catalogue.install(installation("1.0.0"), package: [1, 2, 3]) else {
                    Issue.record("it was installed anew")
                    return
                }
                let quarantine = PackageRecall(kind: .quarantined, reason: "Bad.", by: "mod", at: Stores.at(7))
                _ = try await store.recall(quarantine, of: ConnectorPin("acme@1.1.0")!)
                await #expect(throws: quarantine.refusal(of: ConnectorPin("acme@1.1.0")!)) {
                    _ = try await catalogue.install(installation("1.1.0"), package: [1, 2, 3])
                }
                try await store.submit(Self.submission("acme@1.2.0"), package: [1])
                await #expect(throws: PackageConflict.quarantined(ConnectorPin("acme@1.1.0")!)) {
                    _ = try await decide(.approve, "acme@1.2.0", in: store)
                }
                _ = try await store.recall(nil, of: pin)
                #expect(try await catalogue.set(.enabled, of: pin, by: "ann", at: Stores.at(8)) != nil)
            }
        }

        @Test func `of many who approve, reject and withdraw at once one is heard`() async throws {
            try await withStores { stores in
                let store = PostgresPackageSubmissionStore(stores.engine)
                try await store.submit(Self.submission(), package: [1])
                let heard = await withTaskGroup(of: Bool.self) { group in
                    for event in [SubmissionEvent.approve, .reject, .withdraw, .approve, .reject] {
                        group.addTask { (try? await decide(event, "acme@1.0.0", in: store)) != nil }
                    }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(heard == 1)
            }
        }
    }
}
