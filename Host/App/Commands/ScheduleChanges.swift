import ArgumentParser
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayStorage
import PatchbayTimeZones

struct ScheduleCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a schedule for a workflow.",
        discussion: """
            CONFIG is JSON as in the config of a schedule node.
            Example: patchbay schedule create wf_… '{"cron": "30 9 * * MON-FRI", "zone": "Europe/Berlin"}' --name mornings
            """)

    @OptionGroup var host: HostOptions
    @OptionGroup var reach: TenantOptions

    @Argument(help: "Id of the workflow (wf_…).") var workflow: String

    @Argument(help: "When, as JSON.") var config: String

    @Option(help: "What people call it.") var name = "schedule"

    @Option(help: "The trigger node that its runs begin at.") var node: String?

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let spec: JSON
        do {
            spec = try JSON(parsing: Array(config.utf8))
        } catch {
            throw CommandFailure("CONFIG is no JSON: \(error)")
        }
        var reader = MemberReader(spec.object ?? [:], at: "", subject: "the schedule")
        _ = ScheduleSpec(reading: &reader, zones: SystemTimeZones())
        reader.refuseUnknown(known: ScheduleSpec.names)
        if !reader.problems.isEmpty {
            throw CommandFailure(
                reader.problems.map { $0.message + ($0.hint.map { " (\($0))" } ?? "") }.joined(separator: "\n"))
        }
        guard let id = WorkflowID(workflow) else {
            throw CommandFailure("`\(workflow)` is no workflow's id; these are wf_ and 26 characters.")
        }
        try await Storage.using(host) { storage in
            let tenant = try await reach.tenant(in: storage)
            guard try await storage.api.workflows.workflow(id, in: tenant) != nil else {
                throw CommandFailure("There is no workflow \(id).")
            }
            let now = SystemTime().now
            let record = ScheduleRecord(
                id: .new(at: now), tenant: tenant, workflow: id, node: node, name: name, spec: spec, after: now,
                createdAt: now, updatedAt: now)
            try await storage.schedules.create(record)
            try await storage.took(
                .scheduleCreated, "schedule", record.id.description, in: tenant,
                details: ["workflow_id": .string(id.description)])
            if json { return Console.print(json: record.shown) }
            Console.print("Made \(record.id); its next time is \(record.times(1).first?.description ?? "never").")
        }
    }
}

struct ScheduleTrigger: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trigger", abstract: "Start a run of a schedule now.")

    @OptionGroup var host: HostOptions
    @OptionGroup var named: ScheduleCommand.Named

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let configuration = try await host.configuration(quiet: true)
        try await Storage.using(host) { storage in
            let record = try await named.record(in: storage)
            guard let workflow = try await storage.api.workflows.workflow(record.workflow, in: record.tenant),
                workflow.status == .active
            else { throw CommandFailure("Its workflow is paused or gone, and starts no runs.") }
            var reader = MemberReader(record.spec.object ?? [:], at: "", subject: "the schedule")
            guard let spec = ScheduleSpec(reading: &reader, zones: nil) else {
                throw CommandFailure("The schedule cannot be read: \(reader.problems.first?.message ?? "")")
            }
            let now = SystemTime().now
            // No worker lives here: those of the hosts find the run at their next look.
            let starter = RunStarter(
                runs: storage.api.runs, signals: RunSignals(), clock: SystemTime(),
                placements: PlacementRules(
                    workflows: storage.api.workflows,
                    environment: Environment.variables(configuration.exposedVariables)))
            let run = try await starter.start(
                record, of: workflow, by: spec, at: now, key: "by-hand:\(RequestID.new(at: now))")
            try await storage.schedules.note(
                ScheduleFiring(
                    schedule: record.id, time: run.createdAt, at: now, outcome: .started, reason: "by_hand",
                    run: run.id), in: record.tenant)
            try await storage.took(
                .scheduleTriggered, "schedule", record.id.description, in: record.tenant,
                details: ["run_id": .string(run.id.description)])
            if json { return Console.print(json: ["run_id": .string(run.id.description)]) }
            Console.print("Started \(run.id).")
        }
    }
}
