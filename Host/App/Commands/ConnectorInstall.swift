import ArgumentParser
import Glibc
import PatchbayCore
import PatchbayJSON
import PatchbayModules

struct ConnectorInstall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Install a package for all hosts.",
        discussion: """
            Running hosts have it within two seconds. An address is fetched only from hosts that PATCHBAY_INSTALL_FROM names.
            `import` is another word for it.
            """, aliases: ["import"])

    @OptionGroup var host: HostOptions

    @Argument(help: "FILE.pbc, or the address of one.") var package: String

    @Flag(help: "Let it open connections of its own, as far as its manifest asks for that.") var mayConnect = false

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let configuration = try await host.configuration(quiet: true)
        try await Storage.using(host) { storage in
            let parts = try await Parts(configuration, storage: storage, log: makeLogger(configuration))
            do {
                let installer = parts.installer(storage)
                let isAddress = package.hasPrefix("https://") || package.hasPrefix("http://")
                let outcome =
                    isAddress
                    ? try await installer.install(from: package, mayConnect: mayConnect, by: Caller.name)
                    : try await installer.install(
                        try PackageFiles.read(package), mayConnect: mayConnect, by: Caller.name)
                if case .installed(let installation) = outcome {
                    try await storage.took(
                        .connectorInstalled, "connector", installation.pin.description, in: nil,
                        details: ["digest": .string(installation.digest)])
                }
                tell(outcome)
            } catch let refusal as ConnectorRefusal {
                throw refusal.failure(about: package, json: json)
            } catch ConnectorFetchFailure.notAllowed(let hosts) {
                let allowed = hosts.isEmpty ? "none" : hosts.joined(separator: ", ")
                throw CommandFailure(
                    "\(package) may not be fetched; PATCHBAY_INSTALL_FROM allows: \(allowed). Or name a file.")
            } catch ConnectorFetchFailure.failed(let reason) {
                throw CommandFailure("\(package) could not be fetched: \(reason).")
            }
        }
    }

    private func tell(_ outcome: ConnectorInstalling) {
        let (installation, isNew): (ConnectorInstallation, Bool) =
            switch outcome {
            case .installed(let installation): (installation, true)
            case .unchanged(let installation), .taken(let installation): (installation, false)
            }
        if json {
            Console.print(json: installation.shown)
        } else {
            Console.print(
                isNew
                    ? "\(installation.pin) is installed for all hosts."
                    : "\(installation.pin) was installed already, and is \(installation.state.rawValue).")
        }
    }
}

/// Who calls a command.
enum Caller {
    static var name: String {
        let user = getpwuid(geteuid()).flatMap { $0.pointee.pw_name }.map { String(cString: $0) } ?? "\(geteuid())"
        return "\(user)@\(Hostname.current)"
    }
}

extension ConnectorInstallation {
    var shown: JSON {
        [
            "connector": .string(connector), "version": .string(version.description), "state": .string(state.rawValue),
            "digest": .string(digest), "size": .int(Int64(size)), "installed_at": .string(installedAt.description),
            "installed_by": .string(installedBy), "changed_at": .string(changedAt.description),
            "changed_by": .string(changedBy),
        ]
    }
}
