import ArgumentParser

@main
struct Patchbay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patchbay",
        abstract: "Workflow automation with native connectors.",
        discussion: """
            Start with `patchbay serve`. Settings come from flags, then the environment (PORT, DATABASE_URL, LOG_LEVEL, \
            PATCHBAY_…), then the file named by --config.
            """,
        version: "patchbay \(PatchbayVersion.text)",
        subcommands: [
            Serve.self, Migrate.self, Run.self, RunsCommand.self, ConnectorCommand.self, CredentialCommand.self,
            TenantCommand.self,
            ExprCommand.self,
            Demo.self,
            VersionCommand.self,
        ])
}
