import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    /// Runs that are started under a key.
    @Suite struct StartingTests {
        /// The run that a start was answered with, and whether it was refused because of its input.
        private func start(_ starter: RunStarter, _ workflow: WorkflowRecord, _ input: JSON) async throws -> (
            RunID, Bool
        ) {
            do {
                return (try await starter.start(workflow, input: input, key: "k").record.id, false)
            } catch let conflict as RunStartConflict {
                return (conflict.run, true)
            }
        }

        @Test(arguments: 0..<4)
        func `one of many starts under a key wins, and those with another input are refused`(round: Int) async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow()
                // Two processes, each with a writer of its own.
                let other = PostgresRunStore(stores.api, journal: stores.journal())
                let answers = try await withThrowingTaskGroup(of: (JSON, RunID, Bool).self) { group in
                    for index in 0..<40 {
                        let starter = RunStarter(
                            runs: index % 3 == 0 ? other : stores.runs, signals: RunSignals(), clock: SystemTime())
                        let input: JSON = [
                            "n": .int(Int64(index % 2)), "large": .string(String(repeating: "x", count: 70_000)),
                        ]
                        group.addTask {
                            let (run, isRefused) = try await start(starter, workflow, input)
                            return (input, run, isRefused)
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(Set(answers.map(\.1)).count == 1)
                let stored = try await stores.runs.entries(of: answers[0].1, in: Stores.tenant)
                #expect(stored.count == 1)
                for (input, _, isRefused) in answers {
                    #expect(isRefused == (stored[0].data["trigger"]?["body"] != input))
                }
                #expect(answers.filter(\.2).count == 20)
                #expect(try await stores.lease("w1", at: SystemTime().now).count == 1)
            }
        }

        /// One start after another has looked at the workflow.
        @Test func `a run that must be of the newest version is refused when another is`() async throws {
            try await withStores { stores in
                let workflow = try await stores.workflow()
                let starter = RunStarter(runs: stores.runs, signals: RunSignals(), clock: SystemTime())
                _ = try await starter.start(workflow, input: [:], mustBeNewest: true)
                let newer = try #require(
                    await stores.workflows.update(
                        workflow.id, in: Stores.tenant, name: workflow.name, about: "", document: ["nodes": []],
                        webhooks: [], expecting: nil, at: SystemTime().now))
                await #expect(throws: WorkflowMoved()) {
                    try await starter.start(workflow, input: [:], mustBeNewest: true)
                }
                await #expect(throws: WorkflowMoved()) {
                    try await starter.start(workflow, input: [:], key: "k", mustBeNewest: true)
                }
                let first = try await starter.start(newer, input: [:], key: "k", mustBeNewest: true)
                // Under a key, the first answer holds whatever has become of the workflow.
                let again = try await starter.start(workflow, input: [:], key: "k", mustBeNewest: true)
                #expect(again.record.id == first.record.id)
                #expect(again.isDuplicate)
                _ = try await stores.workflows.delete(
                    workflow.id, in: Stores.tenant, expecting: nil, at: SystemTime().now)
                await #expect(throws: WorkflowMoved()) {
                    try await starter.start(newer, input: [:], mustBeNewest: true)
                }
            }
        }

        @Test func `those of a batch that are of the newest version are stored`() async throws {
            try await withStores { stores in
                let old = try await stores.workflow()
                let newer = try #require(
                    await stores.workflows.update(
                        old.id, in: Stores.tenant, name: old.name, about: "", document: ["nodes": []], webhooks: [],
                        expecting: nil, at: SystemTime().now))
                let starter = RunStarter(runs: stores.runs, signals: RunSignals(), clock: SystemTime())
                let stored = await withTaskGroup(of: RunID?.self) { group in
                    for index in 0..<60 {
                        group.addTask {
                            try? await starter.start(
                                index % 2 == 0 ? old : newer, input: [:], mustBeNewest: true
                            ).record.id
                        }
                    }
                    return await group.reduce(into: []) { $0 += [$1].compactMap { $0 } }
                }
                #expect(stored.count == 30)
                for id in stored { #expect(try await stores.runs.run(id, in: Stores.tenant)?.version == 2) }
            }
        }
    }
}
