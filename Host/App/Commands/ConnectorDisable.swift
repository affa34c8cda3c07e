import ArgumentParser
import PatchbayCore

struct ConnectorDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Give this version only to workflows that name it; nothing is stopped.")

    @OptionGroup var change: ConnectorChange

    func run() async throws { try await change.set(.disabled) }
}
