import DatabaseFixture
import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct BlobTests {
        private let large = JSON.string(String(repeating: "größer ", count: 20_000))

        private func blobs(in stores: Stores) async throws -> Int64 {
            try await stores.pool.query("select count(*) as n from blobs").one().int("n")
        }

        @Test func `a large value is kept once, beside the journal, and is whole for whoever reads`() async throws {
            try await withStores { stores in
                let run = try await stores.run(of: stores.workflow(), trigger: ["kind": "manual", "body": large])
                let first = try await stores.lease("w1")[0]
                #expect(first.entries[0].data["trigger"]?["body"] == large)
                try await stores.journal.append(
                    [
                        entry(2, .stepStarted, "a", data: ["input": large, "idempotency_key": "k"]),
                        entry(3, .stepCompleted, "a", data: ["output": large, "small": [1, "\0"]]),
                    ], log: [], to: first, status: .running)
                let entries = try await stores.runs.entries(of: run.id, in: Stores.tenant)
                #expect(
                    entries.map(\.data).dropFirst() == [
                        ["input": large, "idempotency_key": "k"], ["output": large, "small": [1, "\0"]],
                    ])
                let last = try await stores.runs.entries(of: run.id, in: Stores.tenant, after: 2, limit: 5)
                #expect(last == [entries[2]])
                // The trigger as a whole is one value, the input and the output the same one.
                #expect(try await blobs(in: stores) == 2)
                let most = try await stores.pool.query(
                    "select max(length(data::text)) as most from run_journal"
                ).one().int("most")
                #expect(most < 1_000)
                try await stores.journal.release([first])
                #expect(try await stores.lease("w2")[0].entries == entries)
            }
        }

        @Test func `a file is kept once, whatever it comes with and whoever passes it on`() async throws {
            try await withStores { stores in
                let file: JSON = [
                    "filename": "a/b~c.png", "size": 90_000, "sha256": "5e…",
                    "base64": .string(String(repeating: "AAAA", count: 30_000)),
                ]
                let small: JSON = ["filename": "b", "sha256": "6f…", "base64": "AAAA"]
                let workflow = try await stores.workflow()
                var triggers: [JSON] = []
                for number in 1...2 {
                    let trigger: JSON = [
                        "kind": "webhook", "delivery_id": .int(Int64(number)),
                        "body": ["a/b": [small, file], "c": file, "base64": file["base64"] ?? .null],
                    ]
                    try await stores.run(of: workflow, trigger: trigger)
                    triggers.append(trigger)
                }
                let leased = try await stores.lease("w1")
                #expect(leased.count == 2)
                for run in leased {
                    let data = run.entries[0].data["trigger"] ?? .null
                    #expect(triggers.contains(data))
                    try await stores.journal.append(
                        [entry(2, .stepCompleted, "a", data: ["output": ["passed": file]])], log: [], to: run,
                        status: .running)
                    let entries = try await stores.runs.entries(of: run.record.id, in: Stores.tenant)
                    #expect(entries.last?.data == ["output": ["passed": file]])
                }
                // The file, and two triggers that hold the same text as no file.
                #expect(try await blobs(in: stores) == 3)
            }
        }

        @Test func `a value that is mentioned again is there, also when it was deleted meanwhile`() async throws {
            try await withStores { stores in
                let run = try await stores.run(of: stores.workflow())
                let leased = try await stores.lease("w1")[0]
                for sequence in 2...4 {
                    if sequence == 4 { _ = try await stores.pool.query("delete from blobs") }
                    let completed = entry(sequence, .stepCompleted, "a\(sequence)", data: ["output": large])
                    try await stores.journal.append([completed], log: [], to: leased, status: .running)
                    #expect(try await blobs(in: stores) == 1)
                }
                let outputs = try await stores.runs.entries(of: run.id, in: Stores.tenant).map { $0.data["output"] }
                #expect(outputs == [nil, large, large, large])
            }
        }

        @Test func `a value belongs to the newest run that mentions it`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow()
                for moment in [100, 200, 50] as [Int64] {
                    try await stores.run(of: workflow, trigger: ["body": large], at: Stores.at(moment))
                }
                let newest = try await stores.pool.query("select newest_run::text as run from blobs").one().text("run")
                let newer = RunID.least(at: Stores.at(200))...RunID.least(at: Stores.at(201))
                #expect(RunID(uuid: newest).map(newer.contains) == true)
            }
        }

        @Test func `another tenant's value is another one`() async throws {
            try await withStores { stores in
                for number in 1...2 {
                    let tenant = try await QueuedTenant(stores, UInt64(number))
                    try await tenant.run()
                    let run = try await stores.lease("w1")[0]
                    try await stores.journal.append(
                        [entry(2, .stepCompleted, "a", data: ["output": large])], log: [], to: run, status: .running)
                }
                #expect(try await blobs(in: stores) == 2)
                let digests = try await stores.pool.query("select count(distinct digest) as n from blobs").one()
                #expect(try digests.int("n") == 1)
            }
        }

        @Test func `a value that was never reached by its entry does no harm, and is there when it is`() async throws {
            try await withStores { stores in
                let run = try await stores.run(of: stores.workflow())
                let lost = try await stores.lease("w1")[0]
                let taken = try await stores.lease("w2", at: Stores.at(60))[0]
                let completed = entry(2, .stepCompleted, "a", data: ["output": large])
                await #expect(throws: JournalError.leaseLost(run.id)) {
                    try await stores.journal.append([completed], log: [], to: lost, status: .running)
                }
                #expect(try await blobs(in: stores) == 1)
                try await stores.journal.append([completed], log: [], to: taken, status: .running)
                #expect(try await blobs(in: stores) == 1)
            }
        }

        @Test func `the threshold is what the operator says, and errors stay where changes are looked for`()
            async throws
        {
            try await withStores { stores in
                let journal = PostgresJournal(stores.engine, blobThreshold: 1_000, log: .quiet)
                let runs = PostgresRunStore(stores.api, journal: journal)
                let text = JSON.string(String(repeating: "x", count: 2_000))
                let tenant = try await QueuedTenant(stores)
                let record = RunRecord(
                    id: .new(at: Stores.start), tenant: tenant.workflow.tenant, workflow: tenant.workflow.id,
                    workflowName: "w", version: 1, status: .queued, trigger: "manual", createdAt: Stores.start)
                _ = try await runs.accept(
                    NewRun(record: record, trigger: ["body": text], placement: .group(limit: 1)))
                #expect(try await blobs(in: stores) == 1)
                let leased = try await stores.lease("w1")[0]
                #expect(leased.entries[0].data["trigger"]?["body"] == text)
                try await journal.append(
                    [entry(2, .runFailed, data: ["error": ["message": text]])], log: [], to: leased, status: .failed)
                #expect(try await blobs(in: stores) == 1)
                await journal.close()
            }
        }

        @Test func `a journal that names a value which is gone is not taken for whole`() async throws {
            try await withStores { stores in
                let run = try await stores.run(of: stores.workflow(), trigger: ["kind": "manual", "body": large])
                _ = try await stores.pool.query("delete from blobs")
                await #expect(throws: StorageError.self) {
                    _ = try await stores.runs.entries(of: run.id, in: Stores.tenant)
                }
            }
        }
    }
}
