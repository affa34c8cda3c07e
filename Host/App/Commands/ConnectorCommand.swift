import ArgumentParser

struct ConnectorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connector", abstract: "List, inspect, check and stage connectors, and set what they need.",
        subcommands: [
            ConnectorList.self, ConnectorManifest.self, ConnectorCheck.self, ConnectorStage.self,
            ConnectorSettings.self,
        ])
}
