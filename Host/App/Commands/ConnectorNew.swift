import ArgumentParser
import PatchbayAuthoring
import PatchbayJSON

struct ConnectorNew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Begin a connector: one source file, and what it takes to build and test it.",
        discussion: """
            Makes the folder NAME below the working directory. Nothing is fetched. A connector without code can be made of \
            an OpenAPI 3 description, or of a request that works with curl: its secrets become a credential slot and are in no \
            file.
            """)

    @Argument(help: "The connector's id: lower-case letters, digits and hyphens.") var name: String

    @Option(help: "swift, c or declarative (a document, no code); swift unless it is made from something.")
    var language: ConnectorLanguage?

    @Option(help: "Make the folder here instead.") var folder: String?

    @Option(name: .customLong("from-openapi"), help: "An OpenAPI 3 description, JSON or YAML; - reads standard input.")
    var openAPI: String?

    @Option(help: "With --from-openapi: only operations whose id, path or tag holds this text. Repeatable.")
    var only: [String] = []

    @Option(name: .customLong("from-curl"), help: "A curl command line in quotes; - reads standard input.")
    var curl: String?

    func run() async throws {
        let made = openAPI != nil || curl != nil
        guard !made || language == nil || language == .declarative, openAPI == nil || curl == nil else {
            throw CommandFailure("--from-openapi and --from-curl make connectors without code, and exclude each other.")
        }
        let scaffold = try begun(try ConnectorName(name))
        let place = folder ?? name
        try scaffold.write(to: place)
        let isDocument = scaffold.language == .declarative
        let input = isDocument ? "'{…}' --credential-file FILE" : #"'{"name": "Ada"}'"#
        let tests = made ? "patchbay connector test --record" : "patchbay connector test"
        Console.print(
            """
            \(place)/\(scaffold.source) \(isDocument ? "describes it" : "says hello"). Next:
              cd \(place)
              patchbay connector build
              patchbay connector call \(name)/\(scaffold.action) --input \(input)
              \(tests)
            """)
    }

    private func begun(_ id: ConnectorName) throws -> Scaffold {
        if let curl {
            let line = curl == "-" ? String(decoding: try TextFile.read("-"), as: UTF8.self) : curl
            let made = try CurlDocument(line, name: id.id, title: id.title)
            tell(made.notes)
            return Scaffold(id, document: made.document, first: made.action)
        }
        if let openAPI {
            let json = try YAMLReading.read(try TextFile.read(openAPI), name: openAPI)
            let made = try OpenAPIDocument(json, name: id.id, title: id.title, only: only)
            tell(made.notes)
            Console.note("\(made.actions.count) actions")
            return Scaffold(id, document: made.document, first: made.actions.first ?? "")
        }
        return try Scaffold(id, in: language ?? .swift, sdk: try Authoring.sdk())
    }

    private func tell(_ notes: [String]) {
        for note in notes.prefix(20) { Console.note(note) }
        if notes.count > 20 { Console.note("… and \(notes.count - 20) more") }
    }
}

extension ConnectorLanguage: ExpressibleByArgument {}
