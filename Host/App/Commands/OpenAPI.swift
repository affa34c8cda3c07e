import ArgumentParser
import PatchbayAPI

struct OpenAPI: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi",
        abstract: "Print the OpenAPI document of the API, as hosts serve it at /api/v1/openapi.json.")

    @Option(help: "Where the host is reached.") var server: String?

    func run() { Console.print(json: OpenAPIDocument(version: PatchbayVersion.text, server: server).json) }
}
