import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayModules

struct ConnectorCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Do everything with a connector that a host does before it uses it.",
        discussion: "PATH is a library (FILE.so), or the folder of an installed version (plugins/slack/1.0.0).")

    @OptionGroup var host: HostOptions

    @Argument(help: "What to check.") var path: String

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let configuration = try await host.configuration(quiet: true)
        let inspection = try await ConnectorInspection(trust: try configuration.trustPolicy).inspect(path)
        if json {
            Console.print(json: [
                "path": .string(path), "connector": .string(inspection.name),
                "passed": .bool(inspection.refusal == nil),
                "refusal": inspection.refusal?.shown ?? .null,
                "warnings": .array(inspection.warnings.map(JSON.string)),
            ])
        } else {
            for warning in inspection.warnings { Console.note("warning: \(warning)") }
            if let refusal = inspection.refusal {
                Console.note("\(path) is refused (\(refusal.code))")
                refusal.print()
            } else {
                Console.print("\(inspection.name) is in order.")
            }
        }
        if inspection.refusal != nil { throw ExitCode.failure }
    }
}
