import ArgumentParser

@main
struct Patchbay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "patchbay")
}
