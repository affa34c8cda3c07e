import ArgumentParser
import PatchbayCore
import PatchbayStorage

struct ConnectorEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Let workflows that name no version get this one again.")

    @OptionGroup var change: ConnectorChange

    func run() async throws { try await change.set(.enabled) }
}

/// A version that is installed for all hosts, and what is to become of it.
struct ConnectorChange: ParsableArguments {
    @OptionGroup var host: HostOptions

    @Argument(help: "ID@VERSION, such as acme@1.1.0.") var version: String

    @Flag(help: "Print JSON.") var json = false

    func pin() throws -> ConnectorPin {
        guard let pin = ConnectorPin(version) else {
            throw CommandFailure("`\(version)` names no version; write ID@VERSION, such as acme@1.1.0.")
        }
        return pin
    }

    func set(_ state: ConnectorInstallation.State) async throws {
        let pin = try pin()
        try await Storage.using(host) { storage in
            let now = SystemTime().now
            guard let changed = try await storage.connectors.set(state, of: pin, by: Caller.name, at: now) else {
                throw Self.missing(pin)
            }
            try await storage.took(pin, state)
            if json { Console.print(json: changed.shown) } else { Console.print("\(pin) is \(state.rawValue).") }
        }
    }

    static func missing(_ pin: ConnectorPin) -> CommandFailure {
        CommandFailure("\(pin) is not installed for all hosts. What lies in `plugins` is changed there.")
    }
}

extension Storage {
    /// Takes down what became of a version.
    func took(_ pin: ConnectorPin, _ state: ConnectorInstallation.State) async throws {
        let action: AuditAction =
            switch state {
            case .enabled: .connectorEnabled
            case .disabled: .connectorDisabled
            case .retiring: .connectorRetired
            case .removed: .connectorRemoved
            }
        try await took(action, "connector", pin.description, in: nil)
    }
}
