import ArgumentParser

struct IndexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Write indexes of templates and connectors that any web server can hold, and follow them.",
        subcommands: [
            IndexWrite.self, IndexAdd.self, IndexList.self, IndexShow.self, IndexFetch.self, IndexEnable.self,
            IndexDisable.self, IndexRemove.self,
        ])
}
