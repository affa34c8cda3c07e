import ArgumentParser

struct IndexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index", abstract: "Write indexes of templates and connectors that any web server can hold.",
        subcommands: [IndexWrite.self])
}
