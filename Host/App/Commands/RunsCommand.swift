import ArgumentParser
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayStorage

struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List runs; repeat or dismiss those that failed.",
        subcommands: [List.self, RunsRetry.self, Dismiss.self])

    /// Which runs a command is about, where they are not named.
    struct Choice: ParsableArguments {
        @Option(help: "Only runs of this workflow (wf_…).") var workflow: String?

        @Option(help: "At most so many, the newest first; 1 to 1,000.") var limit = 50

        func validate() throws {
            guard (1...1_000).contains(limit) else { throw ValidationError("--limit is 1 to 1,000.") }
            guard let workflow else { return }
            guard WorkflowID(workflow) != nil else {
                throw ValidationError("--workflow is a workflow's id: wf_ and 26 characters.")
            }
        }

        func records(matching filter: RunFilter, in storage: Storage) async throws -> [RunRecord] {
            var filter = filter
            filter.workflow = workflow.flatMap { WorkflowID($0) }
            var (records, cursor) = ([RunRecord](), String?.none)
            repeat {
                let page = try await storage.api.runs.runs(
                    in: .initial, matching: filter,
                    page: PageRequest(limit: min(limit - records.count, PageRequest.largest), cursor: cursor))
                records += page.items
                cursor = page.next
            } while cursor != nil && records.count < limit
            return records
        }
    }

    /// Ids on the command line.
    static func ids(_ texts: [String]) throws -> [RunID] {
        try texts.map { text in
            guard let id = RunID(text) else {
                throw CommandFailure("`\(text)` is no run's id; these are run_ and 26 characters: patchbay runs list")
            }
            return id
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List runs, the newest first.")

        @OptionGroup var host: HostOptions
        @OptionGroup var choice: Choice

        @Option(help: "queued, running, completed, failed or cancelled. Repeatable.") var status: [String] = []

        @Flag(name: .customLong("dead"), help: "Only dead letters: failed, not repeated, and not dismissed.")
        var isDead = false

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let statuses = status.compactMap { RunStatus(rawValue: $0) }
            guard statuses.count == status.count else {
                let words = RunStatus.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure("There is no such status; there are \(words).")
            }
            let filter = RunFilter(statuses: Set(statuses), isDeadLetter: isDead)
            try await Storage.using(host) { storage in
                let records = try await choice.records(matching: filter, in: storage)
                if json { return Console.print(json: ["items": .array(records.map(\.shown))]) }
                Console.print(
                    table: records.map { record in
                        [
                            record.id.description, record.status.rawValue, record.createdAt.description,
                            record.workflowName, record.error["message"]?.string ?? "",
                        ]
                    }, heading: ["RUN", "STATUS", "CREATED", "WORKFLOW", "ERROR"], empty: "There are no such runs.")
            }
        }
    }

    struct Dismiss: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take runs out of the dead letters: nobody needs to repeat them.")

        @OptionGroup var host: HostOptions

        @Argument(help: "Ids of runs (run_…).") var runs: [String]

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let ids = try RunsCommand.ids(runs)
            try await Storage.using(host) { storage in
                let dismissed = try await storage.api.runs.dismiss(ids, in: .initial, at: SystemTime().now)
                for run in dismissed {
                    try await storage.took(.deadLettersDismissed, "run", run.description, in: .initial)
                }
                if json {
                    Console.print(json: ["dismissed": .array(dismissed.map { .string($0.description) })])
                } else {
                    Console.print("Dismissed \(dismissed.count) of \(ids.count).")
                }
                guard dismissed.count == Set(ids).count else {
                    throw CommandFailure("Some are no dead letters: patchbay runs list --dead")
                }
            }
        }
    }
}

extension RunRecord {
    fileprivate var shown: JSON {
        [
            "id": .string(id.description), "workflow_id": .string(workflow.description),
            "workflow_name": .string(workflowName), "workflow_version": .int(Int64(version)),
            "status": .string(status.rawValue), "trigger": .string(trigger),
            "created_at": .string(createdAt.description), "error": error,
            "retry_of": retryOf.map { .string($0.description) } ?? .null,
            "retried_by": retriedBy.map { .string($0.description) } ?? .null,
        ]
    }
}
