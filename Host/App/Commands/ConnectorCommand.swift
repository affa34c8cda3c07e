import ArgumentParser

struct ConnectorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connector", abstract: "Write, build, inspect, install and set up connectors.",
        subcommands: [
            ConnectorList.self, ConnectorManifest.self, ConnectorCheck.self, ConnectorStage.self,
            ConnectorSettings.self, ConnectorNew.self, ConnectorBuildCommand.self, ConnectorCall.self,
            ConnectorTest.self, ConnectorDev.self, ConnectorDiff.self, ConnectorDocs.self,
            ConnectorPack.self, ConnectorKeygen.self, ConnectorSign.self, ConnectorInstall.self, ConnectorExport.self,
            ConnectorEnable.self, ConnectorDisable.self, ConnectorResume.self, ConnectorRollback.self,
            ConnectorRemove.self,
            ConnectorSubmit.self, ConnectorPublished.self, ConnectorApprove.self, ConnectorReject.self,
            ConnectorYank.self, ConnectorQuarantine.self, ConnectorRestore.self,
        ])
}
