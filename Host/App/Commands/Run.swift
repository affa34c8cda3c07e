import ArgumentParser
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a workflow in a file once, without a server, and show what happens.",
        discussion: """
            Nothing is stored. Credentials and connector settings are those of the installation, when there is one: a data \
            folder that was used before, or DATABASE_URL. Exit status: 0 completed, 1 failed.
            """)

    @OptionGroup var host: HostOptions

    @Argument(help: "The workflow's document, JSON; - reads standard input.") var file: String

    @Option(help: "What the run starts with, JSON; expressions see it as trigger.body.") var input = "{}"

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let document = try parse(try TextFile.read(file), what: file)
        let input = try parse(Array(input.utf8), what: "--input")
        let configuration = try await host.configuration(quiet: true)
        let log = makeLogger(configuration)
        let hasInstallation = configuration.databaseURL != nil || Installation.isFolder(configuration.dataFolder)
        let storage = hasInstallation ? try await Storage.open(configuration, clock: SystemTime(), log: log) : nil
        let result: SingleRun
        do {
            result = try await carryOut(
                document, input: input, parts: try await Parts(configuration, storage: storage, log: log))
        } catch {
            await storage?.database.close()
            throw error
        }
        await storage?.database.close()
        let view = RunView(result.entries).json(of: result.record)
        if json {
            Console.print(json: view)
        } else {
            for line in result.log { Console.note("\(line.node): \(line.line.level.rawValue): \(line.line.message)") }
            RunPrinter.print(view)
        }
        if result.record.status != .completed { throw ExitCode.failure }
    }

    private func carryOut(_ document: JSON, input: JSON, parts: Parts) async throws -> SingleRun {
        let credentials = try await parts.storage?.vault.list(in: .initial) ?? []
        let planning = parts.planner.plan(document, credentials: credentials)
        guard planning.problems.isEmpty, let plan = planning.plan else { throw problems(planning.problems) }
        let kinds = plan.nodes.compactMap { node in if case .trigger(let kind) = node.kind { kind } else { nil } }
        let kind = kinds.contains("manual") ? "manual" : kinds.first ?? "manual"
        let run = SingleRun(
            document: planning.document, trigger: ["kind": .string(kind), "body": input], at: parts.clock.now)
        let signals = RunSignals()
        let worker = Worker(
            id: "run", journal: run, invoker: parts.invoker, planner: parts.planner, signals: signals,
            environment: parts.environment, world: .present(), logger: parts.log)
        let id = run.record.id
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await worker.run() }
            group.addTask {
                _ = await signals.waitUntilFinished(id, timeout: .seconds(24 * 3600)) { run.record.status.isTerminal }
            }
            try await group.next()
            group.cancelAll()
        }
        return run
    }

    private func parse(_ bytes: [UInt8], what: String) throws -> JSON {
        do {
            return try JSON(parsing: bytes)
        } catch {
            throw CommandFailure("\(what) is not JSON: \(error.description)")
        }
    }

    private func problems(_ problems: [Problem]) -> any Error {
        if json {
            Console.print(json: ["valid": false, "problems": .array(problems.map(\.shown))])
            return ExitCode.failure
        }
        let lines = problems.map { problem in
            let place = problem.node.map { "node \($0), " } ?? ""
            return "  \(place)\(problem.pointer.isEmpty ? "/" : problem.pointer): \(problem.message)"
                + (problem.hint.map { " (\($0))" } ?? "")
        }
        let count = problems.count == 1 ? "a problem" : "\(problems.count) problems"
        return CommandFailure("\(file) has \(count):\n" + lines.joined(separator: "\n"))
    }
}

extension Problem {
    var shown: JSON {
        [
            "code": .string(code), "node": node.map(JSON.string) ?? .null, "pointer": .string(pointer),
            "message": .string(message), "hint": hint.map(JSON.string) ?? .null,
        ]
    }
}
