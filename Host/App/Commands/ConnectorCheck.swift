import ArgumentParser
import FoundationEssentials
import PatchbayCore
import PatchbayJSON
import PatchbayModules

struct ConnectorCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look for faults in a connector, and do with it what a host does before it uses it.",
        discussion: """
            PATH is a library (FILE.so), the folder of an installed version (plugins/slack/1.0.0), or a package (FILE.pbc). \
            Every check runs in a process of its own, against a host that answers requests itself: nothing is sent anywhere. \
            The exit code is 0 when no check failed or crashed. ConnectorSDK/Docs/checking.md explains each check.
            """)

    @OptionGroup var host: HostOptions

    @Argument(help: "What to check.") var path: String?

    @Option(help: "Make this check only; may be repeated.") var only: [String] = []

    @Option(help: "Make the same calls as the run that named this number.") var seed: UInt64?

    @Option(help: "How many processes the check `fuzz` has, each with a seed of its own.") var processes = 2

    @Option(help: "How many calls each of them makes.") var calls = 300

    @Flag(help: "Check it as submissions of strangers are: where it can read libraries and nothing else.")
    var confined = false

    @Flag(help: "List the checks, and make none.") var list = false

    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        guard list || path != nil else { throw ValidationError("Name a library, a folder or a package.") }
        guard (1...256).contains(processes), (1...10_000_000).contains(calls) else {
            throw ValidationError("There are 1 to 256 processes, and 1 to 10,000,000 calls.")
        }
        let known = CheckDescription.all.map(\.name)
        for name in only where !known.contains(name) {
            throw ValidationError("There is no check `\(name)`; `patchbay connector check --list` shows them.")
        }
    }

    func run() async throws {
        guard let path, !list else { return printList() }
        let trust = try await host.configuration(quiet: true).trustPolicy
        let files = FileManager.default
        let folder = files.temporaryDirectory.path + "/patchbay-check-\(UInt64.random(in: 0...UInt64.max))"
        try files.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? files.removeItem(atPath: folder) }
        let seed = seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
        var outcome = Outcome(report: CheckReport(name: path, seed: seed, findings: []))
        do throws(ConnectorRefusal) {
            let subject = try await CheckSubject(path, scratch: folder)
            outcome.report = await CheckSuite(
                runner: Installation.runner, seed: seed,
                fuzzing: CheckSuite.Fuzzing(processes: processes, calls: calls),
                confinement: confined ? CheckConfinement(within: .seconds(600)) : nil
            ).check(subject, only: Set(only), scratch: folder)
        } catch {
            outcome.refusal = error
        }
        // The host's own steps are all or nothing, and stop at the first that fails.
        if only.isEmpty, outcome.hasPassed {
            let inspection = try await ConnectorInspection(trust: trust).inspect(path)
            outcome.refusal = inspection.refusal
            outcome.warnings = inspection.warnings
        }
        json ? Console.print(json: outcome.json(path)) : show(outcome, path)
        if !outcome.hasPassed { throw ExitCode.failure }
    }

    private struct Outcome {
        var report: CheckReport
        /// Why a host would not take it.
        var refusal: ConnectorRefusal?
        var warnings: [String] = []

        var hasPassed: Bool { refusal == nil && report.hasPassed }

        func json(_ path: String) -> JSON {
            var json = report.json.object ?? [:]
            json["path"] = .string(path)
            json["passed"] = .bool(hasPassed)
            json["refusal"] = refusal?.shown ?? JSON.null
            json["warnings"] = .array(warnings.map(JSON.string))
            return .object(json)
        }
    }

    private func show(_ outcome: Outcome, _ path: String) {
        for finding in outcome.report.findings {
            let hint = finding.hint.isEmpty ? [] : ["\t→ \(finding.hint)"]
            let lines = ["\(finding.result.rawValue)\t\(finding.check)"] + finding.texts.map { "\t\($0)" } + hint
            let text = lines.joined(separator: "\n")
            finding.isBad ? Console.note(text) : Console.print(text)
        }
        for warning in outcome.warnings { Console.note("warning: \(warning)") }
        if let refusal = outcome.refusal {
            Console.note("\(path) is refused (\(refusal.code))")
            refusal.print()
        } else if outcome.hasPassed {
            Console.print("\(outcome.report.name) is in order.")
        } else {
            Console.note("\(outcome.report.name) is not in order. To repeat: --seed \(outcome.report.seed)")
        }
    }

    private func printList() {
        if json {
            let checks = CheckDescription.all.map { check -> JSON in
                ["check": .string(check.name), "title": .string(check.title), "hint": .string(check.hint)]
            }
            return Console.print(json: ["checks": .array(checks)])
        }
        Console.print(
            table: CheckDescription.all.map { [$0.name, $0.title] }, heading: ["CHECK", "WHAT HOLDS"], empty: "")
    }
}
