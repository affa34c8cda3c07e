import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayStorage

struct ConnectorSettings: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Show a connector's settings, or set them: NAME=VALUE …",
        discussion: "Example: patchbay connector settings github base_url=https://git.example.com/api/v3")

    @OptionGroup var host: HostOptions

    @Argument(help: "The connector's id.") var connector: String

    @Argument(help: "What to set; NAME= removes a setting.") var assignments: [String] = []

    @Flag(help: "Print JSON; it always is.") var json = false

    func run() async throws {
        let changes = try Assignments.read(assignments)
        try await Storage.using(host) { storage in
            var settings = try await storage.settings.settings(of: connector, in: .initial).object ?? [:]
            for change in changes.object ?? [:] { settings[change.name] = change.value == "" ? nil : change.value }
            if !assignments.isEmpty {
                try await storage.settings.set(.object(settings), of: connector, in: .initial, at: SystemTime().now)
            }
            Console.print(json: .object(settings))
        }
    }
}
