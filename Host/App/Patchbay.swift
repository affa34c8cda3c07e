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
            Serve.self, Migrate.self, Run.self, WorkflowCommand.self, RunsCommand.self, WebhookCommand.self,
            ScheduleCommand.self, PollCommand.self, TaskCommand.self, AlertCommand.self, TemplateCommand.self,
            IndexCommand.self, ConnectorCommand.self, CredentialCommand.self, TenantCommand.self, VaultCommand.self,
            AuditCommand.self,
            ExprCommand.self,
            Demo.self,
            OpenAPI.self, VersionCommand.self,
        ])
}
