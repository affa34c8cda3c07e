import ArgumentParser
import PatchbayAuthoring

struct ConnectorNew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Begin a connector: one source file, and what it takes to build and test it.",
        discussion: "Makes the folder NAME below the working directory. Nothing is fetched.")

    @Argument(help: "The connector's id: lower-case letters, digits and hyphens.") var name: String

    @Option(help: "swift, c or declarative.") var language: ConnectorLanguage = .swift

    @Option(help: "Make the folder here instead.") var folder: String?

    func run() async throws {
        let scaffold = try Scaffold(try ConnectorName(name), in: language, sdk: try Authoring.sdk())
        let place = folder ?? name
        try scaffold.write(to: place)
        Console.print(
            """
            \(place)/\(scaffold.source) says hello. Next:
              cd \(place)
              patchbay connector call \(name)/hello --input '{"name": "Ada"}'
              patchbay connector test
              patchbay connector build
            """)
    }
}

extension ConnectorLanguage: ExpressibleByArgument {}
