import ArgumentParser
import PatchbayCore
import PatchbayImport
import PatchbayJSON
import PatchbayOutbound

struct WorkflowImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Translate a workflow of another product, and save it.",
        discussion: """
            The report tells of every node and every expression what became of it. With --dry-run nothing is saved and no \
            host is needed: the document goes to standard output, the report to standard error. Otherwise a running host \
            saves it, when no connector and no credential is missing. Example: patchbay workflow import --from n8n invoices.json --dry-run > invoices-here.json
            """)

    enum Source: String, ExpressibleByArgument, CaseIterable { case n8n }

    @OptionGroup var host: HostOptions

    @Argument(help: "The exported document; - reads standard input.") var file: String

    @Option(help: "The product that it comes from: n8n.") var from: Source

    @Flag(help: "Save nothing; print what would be saved, and the report.") var dryRun = false

    @Option(help: "Address of the running host.") var url = "http://127.0.0.1:8080"

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let document: JSON
        do {
            document = try JSON(parsing: try TextFile.read(file))
        } catch let error as JSONError {
            throw CommandFailure("\(file) is not JSON: \(error.description)")
        }
        let configuration = try await host.configuration(quiet: true)
        guard dryRun else { return try await save(document, configuration) }
        let parts = try await Parts(configuration, storage: nil, log: makeLogger(configuration))
        let result: WorkflowImport
        do {
            result = try WorkflowImport(n8n: document, planner: parts.planner)
        } catch {
            throw CommandFailure("\(file) cannot be imported: \(error.description)")
        }
        if json {
            Console.print(json: [
                "document": result.document, "report": result.report.json,
                "problems": .array(result.problems.map(\.shown)),
            ])
        } else {
            Console.print(json: result.document)
            Console.note(result.report.text)
        }
    }

    /// A running host translates with what it has, and saves the outcome when nothing is missing.
    private func save(_ document: JSON, _ configuration: HostConfiguration) async throws {
        let api = try HostAPI.client(url, configuration)
        let answer = try await api.expect("POST", "/api/v1/workflows/import?from=\(from.rawValue)", document)
        if json { Console.print(json: answer) } else { Console.print(answer["text"]?.string ?? "") }
        let problems = (answer["problems"]?.array ?? []).compactMap { $0["message"]?.string }
        guard problems.isEmpty else {
            throw CommandFailure(
                "Nothing was saved, because something is missing:\n"
                    + problems.map { "  \($0)" }.joined(separator: "\n"))
        }
        let saved = try await api.expect("POST", "/api/v1/workflows", answer["document"] ?? .null)
        Console.note("Saved as \(saved["id"]?.string ?? "a workflow").")
    }
}
