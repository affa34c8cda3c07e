import ArgumentParser
import PatchbayAuthoring
import PatchbayCore

struct ConnectorDocs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docs", abstract: "Write a connector's reference in Markdown, from its manifest.",
        discussion: """
            CONNECTOR is a package, a library, a manifest.json, a folder, or an installed connector's id. A file that has a \
            part for the reference, between two comments, keeps the rest of its text; --begin prints the comments.
            """)

    @OptionGroup var host: HostOptions

    @Argument(help: "Whose; the connector in this folder otherwise.") var connector = "."

    @Option(help: "The file to write; standard output otherwise.") var output: String?

    @Flag(help: "Print the two comments that a part for the reference stands between.") var begin = false

    func run() async throws {
        if begin { return Console.print("\(ReferencePart.begin)\n\(ReferencePart.end)") }
        let configuration = try await host.configuration(quiet: true)
        let source = ManifestSource(prober: Authoring.prober, plugins: configuration.pluginsFolder)
        let manifest = try await Authoring.explaining { try await source.manifest(of: connector) }
        guard let output else { return Console.print(ReferencePage(manifest).text) }
        try ReferencePage.write(manifest, to: output)
    }
}
