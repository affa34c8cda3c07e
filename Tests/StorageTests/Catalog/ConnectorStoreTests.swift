import DatabaseFixture
import PatchbayCore
import PatchbayJSON
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct ConnectorStoreTests {
        private let pin = ConnectorPin("acme@1.0.0")!

        private func installation(
            _ version: String = "1.0.0", package: [UInt8] = [1, 2, 3], digest: String = "aa"
        ) -> ConnectorInstallation {
            ConnectorInstallation(
                connector: "acme", version: Version(version)!, digest: String(repeating: digest, count: 32),
                size: package.count, librarySHA256: String(repeating: "bb", count: 32), mayConnect: true,
                installedAt: Stores.start, installedBy: "ann")
        }

        private func document(_ pins: String...) -> JSON {
            [
                "name": "w", "note": #"a text with "uses":"ghost@1.0.0/x" in it"#,
                "nodes": .array(
                    pins.map { ["id": "a", "type": "action", "uses": .string($0 + "/greet"), "input": ["x": "\u{0}"]] }),
            ]
        }

        @Test func `what is installed is there, with its package`() async throws {
            try await withStores { stores in
                let store = PostgresConnectorStore(stores.engine, log: .quiet)
                let outcome = try await store.install(installation(), package: [1, 2, 3])
                #expect(outcome == .installed(installation()))
                #expect(try await store.installations() == [installation()])
                #expect(try await store.package(installation().digest) == [1, 2, 3])
                #expect(try await store.package(String(repeating: "cc", count: 32)) == nil)
            }
        }

        @Test func `the same package changes nothing, and another under the same version is not taken`() async throws {
            try await withStores { stores in
                let store = PostgresConnectorStore(stores.engine, log: .quiet)
                _ = try await store.install(installation(), package: [1, 2, 3])
                _ = try await store.set(.disabled, of: pin, by: "bob", at: Stores.at(1))
                let again = try await store.install(installation(), package: [1, 2, 3])
                guard case .unchanged(let there) = again else {
                    Issue.record("\(again)")
                    return
                }
                #expect(there.state == .disabled)
                let other = try await store.install(installation(package: [9], digest: "dd"), package: [9])
                guard case .taken = other else {
                    Issue.record("\(other)")
                    return
                }
                #expect(try await store.package(String(repeating: "dd", count: 32)) == nil)
            }
        }

        @Test func `many who install the same version at once come to one installation`() async throws {
            try await withStores { stores in
                let store = PostgresConnectorStore(stores.engine, log: .quiet)
                let outcomes = try await withThrowingTaskGroup(of: ConnectorInstalling.self) { group in
                    for index in 0..<6 {
                        group.addTask {
                            try await store.install(
                                installation(package: [UInt8(index)], digest: "0\(index)"), package: [UInt8(index)])
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                let installed = outcomes.filter { if case .installed = $0 { true } else { false } }
                #expect(installed.count == 1)
                #expect(try await store.installations().count == 1)
            }
        }

        @Test func `a state is changed with its date and author`() async throws {
            try await withStores { stores in
                let store = PostgresConnectorStore(stores.engine, log: .quiet)
                #expect(try await store.set(.disabled, of: pin, by: "bob", at: Stores.start) == nil)
                _ = try await store.install(installation(), package: [1, 2, 3])
                let changed = try #require(try await store.set(.retiring, of: pin, by: "bob", at: Stores.at(9)))
                #expect(changed.state == .retiring)
                #expect((changed.changedBy, changed.changedAt) == ("bob", Stores.at(9)))
                #expect((changed.installedBy, changed.installedAt) == ("ann", Stores.start))
            }
        }

        @Test func `what a workflow or a run needs is not removed, what nobody needs is, with its package`()
            async throws
        {
            try await withStores { stores in
                let store = PostgresConnectorStore(stores.engine, log: .quiet)
                _ = try await store.install(installation(), package: [1, 2, 3])
                let workflow = try await stores.workflow(document: document("acme@1.0.0", "http@2.0.0"))
                let run = try await stores.run(of: workflow)
                guard case .needed(let needs) = try await store.remove(pin, by: "bob", at: Stores.start) else {
                    Issue.record("removed what is needed")
                    return
                }
                #expect(needs.workflows.map(\.id) == [workflow.id])
                #expect(needs.workflows.first?.pins.map(\.description) == ["acme@1.0.0", "http@2.0.0"])
                #expect((needs.workflowCount, needs.runs, needs.runCount) == (1, [run.id], 1))
                // The workflow moves on, its run does not.
                _ = try await stores.workflows.update(
                    workflow.id, in: Stores.tenant, name: "w", about: "", document: document("acme@1.1.0"),
                    webhooks: [], expecting: nil, at: Stores.at(1))
                #expect(try await store.needs(of: pin, limit: 5).runCount == 1)
                #expect(try await store.needs(of: pin, limit: 5).workflowCount == 0)
                let leased = try #require(try await stores.lease("w1").first)
                try await stores.journal.append(
                    [entry(2, .runCompleted)], log: [], to: leased, status: .completed)
                guard case .removed(let removed) = try await store.remove(pin, by: "bob", at: Stores.at(3)) else {
                    Issue.record("still there")
                    return
                }
                #expect(removed.state == .removed)
                #expect(try await store.installations() == [])
                #expect(try await store.package(installation().digest) == nil)
                #expect(try await store.remove(pin, by: "bob", at: Stores.at(4)) == .notInstalled)
                // And it may come again, also with other bytes.
                let again = installation(package: [7], digest: "ee")
                #expect(try await store.install(again, package: [7]) == .installed(again))
            }
        }

        @Test func `a text that looks like a pin is none, and a deleted workflow needs nothing`() async throws {
            try await withStores { stores in
                let store = PostgresConnectorStore(stores.engine, log: .quiet)
                let workflow = try await stores.workflow(document: document("acme@1.0.0"))
                #expect(try await store.needs(of: ConnectorPin("ghost@1.0.0")!, limit: 5).isEmpty)
                let users = try await store.users(of: "acme", in: Stores.tenant, limit: 5)
                #expect(users.map(\.id) == [workflow.id])
                #expect(try await store.users(of: "acm", in: Stores.tenant, limit: 5).isEmpty)
                #expect(try await store.users(of: "acme", in: Stores.stranger, limit: 5).isEmpty)
                _ = try await stores.workflows.delete(workflow.id, in: Stores.tenant, expecting: nil, at: Stores.at(1))
                #expect(try await store.needs(of: pin, limit: 5).isEmpty)
            }
        }

        @Test func `reports replace those before, and silent hosts are forgotten`() async throws {
            try await withStores { stores in
                let store = PostgresConnectorStore(stores.engine, log: .quiet)
                let refusal = ConnectorRefusal(code: "not-elf", have: "a", need: "b", hint: "c")
                let report = ConnectorReport(
                    host: "h1", reportedAt: Stores.at(10),
                    connectors: [
                        .init(connector: "acme", version: "1.0.0", sha256: "ab", state: .loaded),
                        .init(connector: "acme", version: "1.1.0", sha256: nil, state: .refused, refusal: refusal),
                    ])
                try await store.report(ConnectorReport(host: "h1", reportedAt: Stores.start, connectors: []))
                try await store.report(report)
                try await store.report(ConnectorReport(host: "h2", reportedAt: Stores.start, connectors: []))
                #expect(try await store.reports(since: Stores.at(5)) == [report])
                try await store.forget(host: "h1", silentBefore: Stores.at(1))
                #expect(try await store.reports(since: Stores.start).isEmpty)
            }
        }

        @Test func `changes are heard`() async throws {
            try await withStores { stores in
                let store = PostgresConnectorStore(stores.engine, log: .quiet)
                let (events, ring) = AsyncStream.makeStream(of: Void.self)
                let listening = Task { await store.hear { ring.yield() } }
                var heard = events.makeAsyncIterator()
                _ = await heard.next()  // connected
                _ = try await store.install(installation(), package: [1, 2, 3])
                _ = await heard.next()
                listening.cancel()
                await listening.value
            }
        }

        @Test func `a host leaves runs that it cannot serve to others`() async throws {
            try await withStores { stores in
                let old = try await stores.workflow("old", document: document("acme@1.0.0"))
                let new = try await stores.workflow("new", document: document("acme@1.1.0"))
                let first = try await stores.run(of: new)
                let second = try await stores.run(of: old, at: Stores.at(1))
                stores.journal.lacking.replace(by: [ConnectorPin("acme@1.1.0")!])
                #expect(try await stores.lease("w1", at: Stores.at(2)).map(\.record.id) == [second.id])
                #expect(try await stores.lease("w1", at: Stores.at(2)).isEmpty)
                stores.journal.lacking.replace(by: [])
                #expect(try await stores.lease("w1", at: Stores.at(2)).map(\.record.id) == [first.id])
            }
        }
    }
}
