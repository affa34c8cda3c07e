import ArgumentParser
import PatchbayCore
import PatchbayModules

struct ConnectorManifest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifest", abstract: "Show the manifest that a library declares.",
        discussion: "The library is opened in a process of its own, so that a faulty one does no harm.")

    @Argument(help: "The library, FILE.so.") var file: String

    @Flag(help: "Print JSON; it always is.") var json = false

    func run() async throws {
        do throws(ConnectorRefusal) {
            Console.print(json: try await Prober(runner: Installation.runner).probe(file).manifest)
        } catch {
            Console.note("\(file) is refused (\(error.code))")
            error.print()
            throw ExitCode.failure
        }
    }
}
