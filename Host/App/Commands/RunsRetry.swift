import ArgumentParser
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayStorage

struct RunsRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Repeat runs that have ended: those that are named, or all dead letters.",
        discussion: """
            Each becomes a new run, which a running host carries out. Exit status: 0 when all were repeated, else 1.
            Example: patchbay runs retry --dead --workflow wf_… --version newest
            """)

    @OptionGroup var host: HostOptions
    @OptionGroup var choice: RunsCommand.Choice

    @Argument(help: "Ids of runs (run_…).") var runs: [String] = []

    @Flag(name: .customLong("dead"), help: "All dead letters, up to --limit.") var isDead = false

    @Option(help: "failed, start, or the id of the node to begin again at (node:ID). [default: failed, else start]")
    var from: String?

    @Option(help: "Where in nested containers the node stands, such as each/3.") var path = ""

    @Option(help: "same, newest, or a number.") var version = "same"

    @Option(help: "What the new runs start with instead, JSON.") var input: String?

    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        guard runs.isEmpty == isDead else { throw ValidationError("Name runs, or say --dead: one of the two.") }
    }

    func run() async throws {
        let order = try order()
        let ids = try RunsCommand.ids(runs)
        let configuration = try await host.configuration(quiet: true)
        let log = makeLogger(configuration)
        try await Storage.using(host) { storage in
            let repeater = try await Self.repeater(Parts(configuration, storage: storage, log: log), storage)
            let records =
                isDead
                ? try await choice.records(matching: RunFilter(isDeadLetter: true), in: storage)
                : try await named(ids, in: storage)
            var (retried, refused) = ([(RunID, RunID)](), [(RunID, String)]())
            for record in records {
                do {
                    let repeated = try await repeater.start(record, as: order).id
                    retried.append((record.id, repeated))
                    try await storage.took(
                        .runRetried, "run", record.id.description, in: .initial,
                        details: ["retried_by": .string(repeated.description)])
                } catch let refusal as RepeatRefusal {
                    refused.append((record.id, refusal.text))
                }
            }
            show(retried, refused)
            if !refused.isEmpty { throw ExitCode.failure }
        }
    }

    private static func repeater(_ parts: Parts, _ storage: Storage) -> RunRepeater {
        // No worker lives here: those of the hosts find the runs at their next look.
        let starter = RunStarter(
            runs: storage.api.runs, signals: RunSignals(), clock: parts.clock,
            placements: PlacementRules(workflows: storage.api.workflows, environment: parts.environment))
        return RunRepeater(
            workflows: storage.api.workflows, runs: storage.api.runs, planner: parts.planner, starter: starter,
            clock: parts.clock)
    }

    private func named(_ ids: [RunID], in storage: Storage) async throws -> [RunRecord] {
        var records: [RunRecord] = []
        for id in ids {
            guard let record = try await storage.api.runs.run(id, in: .initial) else {
                throw CommandFailure("There is no run \(id). Nothing was repeated.")
            }
            records.append(record)
        }
        return records
    }

    private func order() throws -> RepeatOrder {
        var order = RepeatOrder(isOnce: isDead)
        switch from {
        case nil: break
        case "failed": order.from = .failed
        case "start": order.from = .start
        case let text?:
            guard text.hasPrefix("node:"), text.count > 5 else {
                throw CommandFailure("--from is failed, start, or node: and a node's id; it is `\(text)`.")
            }
            order.from = .step(node: String(text.dropFirst(5)), path: path)
        }
        switch version {
        case "same": order.version = .same
        case "newest": order.version = .newest
        default:
            guard let number = Int(version), number > 0 else {
                throw CommandFailure("--version is same, newest, or a version's number; it is `\(version)`.")
            }
            order.version = .number(number)
        }
        guard let input else { return order }
        do {
            order.input = try JSON(parsing: Array(input.utf8))
        } catch {
            throw CommandFailure("--input is not JSON: \(error.description)")
        }
        return order
    }

    private func show(_ retried: [(RunID, RunID)], _ refused: [(RunID, String)]) {
        if json {
            return Console.print(json: [
                "retried": .array(
                    retried.map { ["run_id": .string($0.0.description), "retried_by": .string($0.1.description)] }),
                "refused": .array(
                    refused.map { ["run_id": .string($0.0.description), "message": .string($0.1)] }),
            ])
        }
        if retried.isEmpty, refused.isEmpty { Console.print("There are no dead letters.") }
        for (original, run) in retried { Console.print("\(original) is repeated by \(run)") }
        for (original, reason) in refused { Console.note("\(original) was not repeated: \(reason)") }
    }
}

extension RepeatRefusal {
    fileprivate var text: String {
        switch self {
        case .notEnded: "it has not ended; wait, or cancel it first"
        case .expired: "what it did is no longer kept"
        case .workflowDeleted: "its workflow is deleted"
        case .workflowPaused: "its workflow is paused; resume it first"
        case .unknownVersion(let version): "its workflow has no version \(version)"
        case .unusableVersion(let version, let problems):
            "version \(version) cannot be carried out: \(problems.first ?? "it cannot be read")"
        case .nothingFailed: "no step of it failed; say --from start, or name a node"
        case .unknownStep(let node, let path):
            "it never reached a step \(node.quoted)\(path.isEmpty ? "" : " at \(path.quoted)"), or the version lacks it"
        case .alreadyRetried: "another run repeats it already"
        }
    }
}
