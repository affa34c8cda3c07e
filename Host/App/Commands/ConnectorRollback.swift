import ArgumentParser
import Logging
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbayStorage

struct ConnectorRollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Disable a connector's newest version, so that the one before is the newest."
    )

    @OptionGroup var host: HostOptions

    @Argument(help: "The connector's id.") var connector: String

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let configuration = try await host.configuration(quiet: true)
        let registry = try await ConnectorRegistry.scanned(
            configuration, log: Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() })
        try await Storage.using(host) { storage in
            let installations = try await storage.connectors.installations().filter { $0.connector == connector }
            let shared = Set(installations.map(\.version))
            let local = registry.versions(of: connector).filter { !shared.contains($0) }
            let offered = (installations.filter { $0.state == .enabled }.map(\.version) + local).sorted(by: >)
            guard offered.count > 1 else {
                let only = offered.first.map { "\($0) is the only version" } ?? "there is no version"
                throw CommandFailure("\(connector): \(only) that workflows can get, so there is none to go back to.")
            }
            let pin = ConnectorPin(connector: connector, version: offered[0])
            let now = SystemTime().now
            guard try await storage.connectors.set(.disabled, of: pin, by: Caller.name, at: now) != nil else {
                throw ConnectorChange.missing(pin)
            }
            try await storage.took(.connectorRolledBack, "connector", pin.description, in: nil)
            if json {
                Console.print(json: [
                    "connector": .string(connector), "disabled": .string(offered[0].description),
                    "current": .string(offered[1].description),
                ])
            } else {
                Console.print("\(pin) is disabled; workflows that name no version get \(offered[1]).")
            }
        }
    }
}
