import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayModules

struct ConnectorStage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stage", abstract: "Put built libraries into the plugins folder, each with its manifest.")

    @OptionGroup var host: HostOptions

    @Argument(help: "The libraries, FILE.so.") var files: [String]

    @Flag(help: "They were built with this host: let them run in its process, where they ask for that.")
    var trust = false

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let configuration = try await host.configuration(quiet: true)
        let staging = Staging(prober: Prober(runner: Installation.runner))
        var staged: [JSON] = []
        var hasFailed = false
        for file in files {
            do throws(ConnectorRefusal) {
                let result = try await staging.stage(
                    library: file, into: configuration.pluginsFolder, isTrusted: trust)
                let folder = result.folder
                if !json { for warning in result.warnings { Console.note("\(file): warning: \(warning)") } }
                staged.append(["file": .string(file), "folder": .string(folder), "refusal": nil])
                if !json { Console.print("\(file) → \(folder)") }
            } catch {
                hasFailed = true
                staged.append(["file": .string(file), "folder": nil, "refusal": error.shown])
                if !json {
                    Console.note("\(file) is refused (\(error.code))")
                    error.print()
                }
            }
        }
        if json { Console.print(json: ["items": .array(staged)]) }
        if hasFailed { throw ExitCode.failure }
    }
}
