import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbaySchemas
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
        let configuration = try await host.configuration(quiet: true)
        let registry = try await ConnectorRegistry.scanned(configuration, log: makeLogger(configuration))
        guard let newest = registry.versions(of: connector).first,
            let manifest = registry.manifest(of: connector, version: newest)
        else {
            let installed = registry.connectors.joined(separator: ", ")
            throw CommandFailure("There is no usable connector `\(connector)`; there are: \(installed).")
        }
        let changes = try Assignments.read(assignments, schema: manifest["settings"] ?? [:])
        try await Storage.using(host) { storage in
            var settings = try await storage.settings.settings(of: connector, in: .initial).object ?? [:]
            for change in changes {
                if let value = change.value {
                    settings[change.name] = value
                } else {
                    _ = settings.removeValue(named: change.name)
                }
            }
            if !assignments.isEmpty {
                try check(.object(settings), manifest: manifest)
                try await storage.settings.set(.object(settings), of: connector, in: .initial, at: SystemTime().now)
                try await storage.took(
                    .connectorConfigured, "connector", connector, in: .initial,
                    details: ["settings": .array(changes.map { .string($0.name) })])
            }
            Console.print(json: .object(settings))
        }
    }

    /// Nothing is required here: what is missing comes from defaults, or with a credential.
    private func check(_ settings: JSON, manifest: JSON) throws {
        var schema = manifest["settings"]?.object ?? [:]
        _ = schema.removeValue(named: "required")
        let violations = try Schema(.object(schema)).validate(settings)
        guard violations.isEmpty else {
            let lines = violations.map { "  \($0.instance): \($0.message)" + ($0.hint.map { " (\($0))" } ?? "") }
            throw CommandFailure("These settings do not fit the connector:\n" + lines.joined(separator: "\n"))
        }
    }
}
