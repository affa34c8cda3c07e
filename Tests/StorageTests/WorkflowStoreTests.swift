import PatchbayCore
import PatchbayJSON
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct WorkflowStoreTests {
        @Test func `a document keeps its order, its numbers and its zero characters`() async throws {
            try await withStores { stores in
                let text =
                    #"{"z":1,"a":{"b":9223372036854775807,"a":-9223372036854775808},"s":"x\u0000y😀","n":[1.5,null,true]}"#
                let document = try JSON(parsing: text)
                let record = try await stores.workflow("w", document: document)
                let version = try #require(await stores.workflows.version(1, of: record.id, in: Stores.tenant))
                #expect(version.document == document)
                #expect(version.document.text == document.text)
                #expect(version.document["a"]?["b"]?.int == .max)
                #expect(version.createdAt == Stores.start)
            }
        }

        @Test func `names that hold zero characters are kept with a replacement`() async throws {
            try await withStores { stores in
                let record = try await stores.workflow("a\0b")
                let stored = try await stores.workflows.workflow(record.id, in: Stores.tenant)
                #expect(stored?.name == "a\u{FFFD}b")
            }
        }

        @Test func `an update adds a version and leaves the older ones as they are`() async throws {
            try await withStores { stores in
                let record = try await stores.workflow(document: ["v": 1])
                let updated = try await stores.workflows.update(
                    record.id, in: Stores.tenant, name: "new", about: "text", document: ["v": 2], webhooks: [],
                    expecting: 1, at: Stores.at(5))
                #expect(updated?.version == 2)
                #expect(updated?.name == "new")
                #expect(updated?.createdAt == Stores.start)
                #expect(updated?.updatedAt == Stores.at(5))
                let stored = try await stores.workflows.workflow(record.id, in: Stores.tenant)
                #expect(stored == updated)
                let old = try await stores.workflows.version(1, of: record.id, in: Stores.tenant)
                #expect(old?.document == ["v": 1])
                let none = try await stores.workflows.version(3, of: record.id, in: Stores.tenant)
                #expect(none == nil)
            }
        }

        @Test func `an update that expects another version changes nothing`() async throws {
            try await withStores { stores in
                let record = try await stores.workflow()
                await #expect(throws: StoreConflict.versionMoved(expected: 4, current: 1)) {
                    _ = try await stores.workflows.update(
                        record.id, in: Stores.tenant, name: "x", about: "", document: [:], webhooks: [], expecting: 4,
                        at: Stores.at(1))
                }
                let stored = try await stores.workflows.workflow(record.id, in: Stores.tenant)
                #expect(stored == record)
            }
        }

        @Test func `of many updates that expect the same version one wins`() async throws {
            try await withStores { stores in
                let record = try await stores.workflow()
                let wins = await withTaskGroup(of: Bool.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            let updated = try? await stores.workflows.update(
                                record.id, in: Stores.tenant, name: "x", about: "", document: [:], webhooks: [],
                                expecting: 1, at: Stores.at(1))
                            return updated.flatMap { $0 } != nil
                        }
                    }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(wins == 1)
            }
        }

        @Test func `a deleted workflow is gone for everybody but its runs`() async throws {
            try await withStores { stores in
                let record = try await stores.workflow(endpoints: ["deploy"])
                let run = try await stores.run(of: record)
                #expect(
                    try await stores.workflows.delete(record.id, in: Stores.tenant, expecting: nil, at: Stores.at(1)))
                #expect(
                    try await stores.workflows.delete(record.id, in: Stores.tenant, expecting: nil, at: Stores.at(2))
                        == false)
                let workflow = try await stores.workflows.workflow(record.id, in: Stores.tenant)
                let version = try await stores.workflows.version(1, of: record.id, in: Stores.tenant)
                let updated = try await stores.workflows.update(
                    record.id, in: Stores.tenant, name: "x", about: "", document: [:], webhooks: [], expecting: nil,
                    at: Stores.at(3))
                #expect(workflow == nil)
                #expect(version == nil)
                #expect(updated == nil)
                #expect(try await stores.workflows.webhook(at: "deploy") == nil)
                #expect(try await stores.workflows.workflows(in: Stores.tenant, page: .init()).items.isEmpty)
                let stored = try await stores.runs.run(run.id, in: Stores.tenant)
                #expect(stored == run)
                // What was accepted is still carried out.
                let leased = try await stores.lease("w1")
                #expect(leased.map(\.record.id) == [run.id])
            }
        }

        @Test func `other tenants see nothing`() async throws {
            try await withStores { stores in
                let record = try await stores.workflow()
                let workflow = try await stores.workflows.workflow(record.id, in: Stores.stranger)
                let version = try await stores.workflows.version(1, of: record.id, in: Stores.stranger)
                #expect(workflow == nil)
                #expect(version == nil)
                #expect(
                    try await stores.workflows.delete(record.id, in: Stores.stranger, expecting: nil, at: Stores.start)
                        == false)
                #expect(try await stores.workflows.workflows(in: Stores.stranger, page: .init()).items.isEmpty)
            }
        }

        @Test func `lists run from newest to oldest and pages meet without gap or double`() async throws {
            try await withStores { stores in
                var names: [String] = []
                for index in 0..<7 {
                    names.append("w\(index)")
                    try await stores.workflow("w\(index)", at: Stores.at(Int64(index)))
                }
                var seen: [String] = []
                var cursor: String?
                var pages = 0
                repeat {
                    let page = try await stores.workflows.workflows(
                        in: Stores.tenant, page: PageRequest(limit: 3, cursor: cursor))
                    seen += page.items.map(\.name)
                    cursor = page.next
                    pages += 1
                } while cursor != nil
                #expect(seen == names.reversed())
                #expect(pages == 3)
                let exact = try await stores.workflows.workflows(in: Stores.tenant, page: PageRequest(limit: 7))
                #expect(exact.next == nil)
            }
        }

        @Test func `versions are paged too`() async throws {
            try await withStores { stores in
                let record = try await stores.workflow()
                for version in 2...5 {
                    _ = try await stores.workflows.update(
                        record.id, in: Stores.tenant, name: "w", about: "", document: ["v": .int(Int64(version))],
                        webhooks: [], expecting: nil, at: Stores.at(Int64(version)))
                }
                let first = try await stores.workflows.versions(
                    of: record.id, in: Stores.tenant, page: PageRequest(limit: 3))
                #expect(first.items.map(\.version) == [5, 4, 3])
                let second = try await stores.workflows.versions(
                    of: record.id, in: Stores.tenant, page: PageRequest(limit: 3, cursor: first.next))
                #expect(second.items.map(\.version) == [2, 1])
                #expect(second.next == nil)
            }
        }

        @Test(arguments: ["", "x", "wf_", "run_01h455vb4pex5vsknk084sn02q", "-1", "9e9", "'; drop table runs; --"])
        func `a cursor that was not given is refused`(cursor: String) async throws {
            try await withStores { stores in
                let page = PageRequest(cursor: cursor)
                await #expect(throws: InvalidCursor.self) {
                    _ = try await stores.workflows.workflows(in: Stores.tenant, page: page)
                }
                await #expect(throws: InvalidCursor.self) {
                    _ = try await stores.workflows.versions(of: .new(at: Stores.start), in: Stores.tenant, page: page)
                }
            }
        }

        @Test func `a webhook leads to the newest version`() async throws {
            try await withStores { stores in
                let record = try await stores.workflow(document: ["v": 1], endpoints: ["deploy", "other"])
                _ = try await stores.workflows.update(
                    record.id, in: Stores.tenant, name: "w", about: "", document: ["v": 2],
                    webhooks: stores.webhooks(["deploy"], of: record.id), expecting: nil, at: Stores.at(1))
                let found = try #require(try await stores.workflows.webhook(at: "deploy"))
                #expect(found.webhook.workflow == record.id)
                #expect(found.webhook.node == "hook")
                #expect(found.version.version == 2)
                #expect(found.version.document == ["v": 2])
                #expect(try await stores.workflows.webhook(at: "other") == nil)
                #expect(try await stores.workflows.webhook(at: "no\0thing") == nil)
            }
        }

        @Test func `an endpoint that another workflow has is refused and nothing is stored`() async throws {
            try await withStores { stores in
                try await stores.workflow("first", endpoints: ["deploy"])
                await #expect(throws: StoreConflict.endpointTaken("deploy")) {
                    try await stores.workflow("second", endpoints: ["free", "deploy"], at: Stores.at(1))
                }
                let names = try await stores.workflows.workflows(in: Stores.tenant, page: .init()).items.map(\.name)
                #expect(names == ["first"])
                #expect(try await stores.workflows.webhook(at: "free") == nil)
            }
        }

        @Test func `versions in use are the newest ones, and those of runs that have not ended`() async throws {
            try await withStores { stores in
                func document(_ text: String) -> JSON { ["name": "w", "nodes": [["credential": .string(text)]]] }
                let first = try await stores.workflow("first", document: document("team-slack"))
                let other = try await stores.workflow("other", document: document("team-jira"))
                try await stores.run(of: first)
                for (workflow, text) in [(first, "team-slack-2"), (other, "none")] {
                    _ = try await stores.workflows.update(
                        workflow.id, in: Stores.tenant, name: workflow.name, about: "", document: document(text),
                        webhooks: [], expecting: nil, at: Stores.at(1))
                }
                let found = try await stores.workflows.versionsInUse(holding: "team-slack", in: Stores.tenant)
                #expect(found.map(\.version.version) == [1, 2])
                #expect(found.map(\.isNewest) == [false, true])
                #expect(found.map(\.name) == ["first", "first"])
                #expect(found.last?.version.document == document("team-slack-2"))
                // Nothing runs by the version that named it.
                #expect(try await stores.workflows.versionsInUse(holding: "team-jira", in: Stores.tenant).isEmpty)
                #expect(try await stores.workflows.versionsInUse(holding: "team", in: Stores.stranger).isEmpty)
                #expect(
                    try await stores.workflows.delete(first.id, in: Stores.tenant, expecting: nil, at: Stores.at(2)))
                let left = try await stores.workflows.versionsInUse(holding: "team-slack", in: Stores.tenant)
                #expect(left.map(\.version.version) == [1])
                #expect(left.map(\.isNewest) == [false])
            }
        }
    }
}
