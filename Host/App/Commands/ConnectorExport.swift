import ArgumentParser
import PatchbayCore
import PatchbayModules
import PatchbayStorage

/// `patchbay connector export`
struct ConnectorExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the package of a connector that is here.",
        discussion: """
            The package is that which was installed, byte for byte. One that lies in the plugins folder is packed, without a \
            signature unless the folder holds one. Another host takes it with `patchbay connector import`.
            """)

    @OptionGroup var host: HostOptions

    @Argument(help: "The connector, ID@VERSION.") var connector: String

    @Argument(help: "Where to write it; default: ID-VERSION.pbc here.") var file: String?

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        guard let pin = ConnectorPin(connector) else {
            throw CommandFailure("\(connector) is no connector with its version; write slack@1.0.0")
        }
        let configuration = try await host.configuration(quiet: true)
        try await Storage.using(host) { storage in
            do {
                guard let package = try await storage.package(of: pin, plugins: configuration.pluginsFolder) else {
                    throw CommandFailure(
                        "\(pin) is neither installed nor in the plugins folder: patchbay connector list")
                }
                try PackageFiles.write(package, to: file ?? package.fileName)
                PackageFiles.tell(package, at: file ?? package.fileName, json: json)
            } catch let refusal as ConnectorRefusal {
                throw refusal.failure(about: connector, json: json)
            }
        }
    }
}

extension Storage {
    /// The package of a connector version: as it was installed for all hosts, or made of this host's plugins folder. Nil when it
    /// is in neither.
    func package(of pin: ConnectorPin, plugins: String) async throws -> ConnectorPackage? {
        let installed = try await connectors.installations().first { $0.pin == pin }
        if let installed, let bytes = try await connectors.package(installed.digest) {
            return try ConnectorPackage.open(bytes)
        }
        let folder = "\(plugins)/\(pin.connector)/\(pin.version)"
        guard Installation.isFolder(folder) else { return nil }
        return try ConnectorPackage.pack(try await PackageFolder(folder).files())
    }
}
