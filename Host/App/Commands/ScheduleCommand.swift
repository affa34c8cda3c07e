import ArgumentParser
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayStorage
import PatchbayTimeZones

struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "See when workflows start by themselves; make, pause and resume schedules.",
        subcommands: [
            List.self, Show.self, ScheduleCreate.self, Pause.self, Resume.self, ScheduleTrigger.self, Next.self,
            Delete.self,
        ])

    /// One schedule, by its id.
    struct Named: ParsableArguments {
        @OptionGroup var reach: TenantOptions

        @Argument(help: "Id of a schedule (sch_…).") var schedule: String

        func record(in storage: Storage) async throws -> ScheduleRecord {
            guard let id = ScheduleID(schedule) else {
                throw CommandFailure("`\(schedule)` is no schedule's id; these are sch_ and 26 characters.")
            }
            guard let record = try await storage.schedules.schedule(id, in: try await reach.tenant(in: storage)) else {
                throw CommandFailure("There is no schedule \(id): patchbay schedule list")
            }
            return record
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List schedules with their next times.")

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
                var (records, cursor) = ([ScheduleRecord](), String?.none)
                repeat {
                    let page = try await storage.schedules.schedules(
                        in: tenant, of: workflow.flatMap { WorkflowID($0) },
                        page: PageRequest(limit: PageRequest.largest, cursor: cursor))
                    records += page.items
                    cursor = page.next
                } while cursor != nil
                if json { return Console.print(json: ["items": .array(records.map(\.shown))]) }
                Console.print(
                    table: records.map { record in
                        [
                            record.id.description, record.name, record.state, record.times(1).first?.description ?? "",
                            record.workflow.description,
                        ]
                    }, heading: ["SCHEDULE", "NAME", "STATE", "NEXT", "WORKFLOW"], empty: "There are no schedules.")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a schedule and what came of its last times.")

        @OptionGroup var host: HostOptions
        @OptionGroup var named: Named

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            try await Storage.using(host) { storage in
                let record = try await named.record(in: storage)
                let firings = try await storage.schedules.firings(
                    of: record.id, in: record.tenant, page: PageRequest(limit: 20)
                ).items
                if json {
                    guard case .object(var object) = record.shown else { return }
                    object["history"] = .array(firings.map(\.shown))
                    return Console.print(json: .object(object))
                }
                Console.print("\(record.name) (\(record.state)), of \(record.workflow)\n\(record.spec.text)")
                if let problem = record.problem { Console.print("Problem: \(problem)") }
                for time in record.times(5) { Console.print("next  \(time)") }
                Console.print(
                    table: firings.map { firing in
                        [
                            firing.time.description, firing.outcome.rawValue, firing.reason ?? "",
                            firing.run?.description ?? "", String(firing.times),
                        ]
                    }, heading: ["TIME", "OUTCOME", "REASON", "RUN", "TIMES"], empty: "Its time has not come yet.")
            }
        }
    }

    struct Next: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the next times of a schedule.")

        @OptionGroup var host: HostOptions
        @OptionGroup var named: Named

        @Option(help: "How many; 1 to 1,000.") var count = 5

        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            guard (1...1_000).contains(count) else { throw ValidationError("--count is 1 to 1,000.") }
        }

        func run() async throws {
            try await Storage.using(host) { storage in
                let times = try await named.record(in: storage).times(count)
                if json { return Console.print(json: ["next": .array(times.map { .string($0.description) })]) }
                for time in times { Console.print("\(time)") }
                if times.isEmpty { Console.print("It has no next time.") }
            }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Pause a schedule.")

        @OptionGroup var host: HostOptions
        @OptionGroup var named: Named
        @Flag(help: "Print JSON.") var json = false

        func run() async throws { try await ScheduleCommand.set(paused: true, named, host, json: json) }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a paused schedule go on; what it would have done meanwhile is not made up for.")

        @OptionGroup var host: HostOptions
        @OptionGroup var named: Named
        @Flag(help: "Print JSON.") var json = false

        func run() async throws { try await ScheduleCommand.set(paused: false, named, host, json: json) }
    }

    private static func set(paused: Bool, _ named: Named, _ host: HostOptions, json: Bool) async throws {
        try await Storage.using(host) { storage in
            let record = try await named.record(in: storage)
            let changed = try await storage.schedules.setPaused(
                paused, record.id, in: record.tenant, at: SystemTime().now)
            guard let changed else { throw CommandFailure("The schedule is gone.") }
            try await storage.took(
                paused ? .schedulePaused : .scheduleResumed, "schedule", record.id.description, in: record.tenant)
            if json { return Console.print(json: changed.shown) }
            Console.print("\(changed.name) is \(changed.state).")
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a schedule that stands in no workflow's document.")

        @OptionGroup var host: HostOptions
        @OptionGroup var named: Named

        func run() async throws {
            try await Storage.using(host) { storage in
                let record = try await named.record(in: storage)
                guard try await storage.schedules.delete(record.id, in: record.tenant) else {
                    throw CommandFailure(
                        "It stands in the document of \(record.workflow), as the node `\(record.node ?? "")`. Change it there, "
                            + "or pause it.")
                }
                try await storage.took(.scheduleDeleted, "schedule", record.id.description, in: record.tenant)
                Console.print("Deleted \(record.name).")
            }
        }
    }
}

extension ScheduleRecord {
    var state: String { isPaused ? "paused" : isHeld ? "workflow_paused" : problem == nil ? "active" : "failing" }

    /// Its next times, by this machine's clock and zones.
    func times(_ count: Int) -> [Timestamp] {
        guard !isPaused, !isHeld else { return [] }
        var reader = MemberReader(spec.object ?? [:], at: "", subject: "the schedule")
        return ScheduleSpec(reading: &reader, zones: nil)?.times(of: id, in: SystemTimeZones())?
            .next(count, after: SystemTime().now) ?? []
    }

    var shown: JSON {
        [
            "id": .string(id.description), "workflow_id": .string(workflow.description), "name": .string(name),
            "node": node.map(JSON.string) ?? .null, "source": isDeclared ? "document" : "api", "status": .string(state),
            "config": spec, "next": .array(times(5).map { .string($0.description) }),
            "problem": problem.map(JSON.string) ?? .null,
            "last_run_id": lastRun.map { .string($0.description) } ?? .null,
        ]
    }
}

extension ScheduleFiring {
    fileprivate var shown: JSON {
        [
            "time": .string(time.description), "at": .string(at.description), "outcome": .string(outcome.rawValue),
            "reason": reason.map(JSON.string) ?? .null, "run_id": run.map { .string($0.description) } ?? .null,
            "times": .int(Int64(times)),
        ]
    }
}

extension Storage {
    var schedules: PostgresScheduleStore { PostgresScheduleStore(database.api) }
}
