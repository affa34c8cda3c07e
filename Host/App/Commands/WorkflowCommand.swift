import ArgumentParser

struct WorkflowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflow", abstract: "Bring workflows of other products.",
        subcommands: [WorkflowImportCommand.self])
}
