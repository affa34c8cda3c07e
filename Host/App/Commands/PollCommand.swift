import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayStorage

struct PollCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "poll", abstract: "See how far polling triggers have come; poll now, or begin anew.",
        subcommands: [List.self, Show.self, Now.self, Reset.self])

    /// One polling trigger, by its id.
    struct Named: ParsableArguments {
        @OptionGroup var reach: TenantOptions

        @Argument(help: "Id of a polling trigger (poll_…).") var poll: String

        func record(in storage: Storage) async throws -> PollRecord {
            guard let id = PollID(poll) else {
                throw CommandFailure("`\(poll)` is no polling trigger's id; these are poll_ and 26 characters.")
            }
            guard let record = try await storage.polls.poll(id, in: try await reach.tenant(in: storage)) else {
                throw CommandFailure("There is no polling trigger \(id): patchbay poll list")
            }
            return record
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List polling triggers with their state.")

        @OptionGroup var host: HostOptions
        @OptionGroup var reach: TenantOptions

        @Option(help: "Only those of this workflow (wf_…).") var workflow: String?

        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            guard workflow == nil || workflow.flatMap({ WorkflowID($0) }) != nil else {
                throw ValidationError("--workflow is a workflow's id: wf_ and 26 characters.")
            }
        }

        func run() async throws {
            try await Storage.using(host) { storage in
                let tenant = try await reach.tenant(in: storage)
                var (records, cursor) = ([PollRecord](), String?.none)
                repeat {
                    let page = try await storage.polls.polls(
                        in: tenant, of: workflow.flatMap { WorkflowID($0) },
                        page: PageRequest(limit: PageRequest.largest, cursor: cursor))
                    records += page.items
                    cursor = page.next
                } while cursor != nil
                if json { return Console.print(json: ["items": .array(records.map(\.shown))]) }
                Console.print(
                    table: records.map { record in
                        [
                            record.id.description, record.uses, record.state, record.nextAt?.description ?? "",
                            record.progress.error?["message"]?.string ?? "",
                        ]
                    }, heading: ["TRIGGER", "USES", "STATE", "NEXT", "ERROR"], empty: "There are no polling triggers.")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a polling trigger with its cursor.")

        @OptionGroup var host: HostOptions
        @OptionGroup var named: Named

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            try await Storage.using(host) { storage in
                let record = try await named.record(in: storage)
                if json { return Console.print(json: record.shown) }
                let progress = record.progress
                Console.print(
                    "\(record.name) (\(record.state)), of \(record.workflow)\n\(record.uses) \(record.config.text)")
                if let error = progress.error?["message"]?.string {
                    Console.print("Failed \(progress.failures) times in a row: \(error)")
                }
                Console.print("last    \(progress.polledAt?.description ?? "never")")
                Console.print("next    \(record.nextAt?.description ?? "never")")
                Console.print("cursor  \(progress.cursor?.text ?? "none")")
                Console.print("items   \(progress.items)")
            }
        }
    }

    struct Now: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Poll as soon as a host can.")

        @OptionGroup var host: HostOptions
        @OptionGroup var named: Named

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            try await Storage.using(host) { storage in
                let record = try await named.record(in: storage)
                let changed = try await storage.polls.hurry(record.id, in: record.tenant, at: SystemTime().now)
                guard let changed else { throw CommandFailure("The polling trigger is gone.") }
                try await storage.took(.pollHurried, "poll", record.id.description, in: record.tenant)
                if json { return Console.print(json: changed.shown) }
                guard !changed.isHeld else { return Console.print("Its workflow is paused; nothing is polled.") }
                Console.print("\(record.name) is polled as soon as a host can.")
            }
        }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget how far a polling trigger has come: it goes on as at its first poll.")

        @OptionGroup var host: HostOptions
        @OptionGroup var named: Named

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            try await Storage.using(host) { storage in
                let record = try await named.record(in: storage)
                let changed = try await storage.polls.reset(
                    record.id, in: record.tenant, cursor: nil, at: SystemTime().now)
                guard let changed else { throw CommandFailure("The polling trigger is gone.") }
                try await storage.took(.pollReset, "poll", record.id.description, in: record.tenant)
                if json { return Console.print(json: changed.shown) }
                Console.print("\(record.name) begins anew.")
            }
        }
    }
}

extension PollRecord {
    fileprivate var state: String {
        isHeld ? "workflow_paused" : progress.failures > 0 ? "failing" : progress.polledAt == nil ? "new" : "active"
    }

    fileprivate var shown: JSON {
        [
            "id": .string(id.description), "workflow_id": .string(workflow.description), "node": .string(node),
            "uses": .string(uses), "status": .string(state), "config": config, "cursor": progress.cursor ?? .null,
            "failures": .int(Int64(progress.failures)), "error": progress.error ?? .null,
            "polled_at": progress.polledAt.map { .string($0.description) } ?? .null,
            "next_at": nextAt.map { .string($0.description) } ?? .null, "items": .int(progress.items),
        ]
    }
}

extension Storage {
    var polls: PostgresPollStore { PostgresPollStore(database.api) }
}
