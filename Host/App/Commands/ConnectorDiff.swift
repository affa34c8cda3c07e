import ArgumentParser
import PatchbayAuthoring
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbayOutbound

struct ConnectorDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say what changed between two versions of a connector, and which number NEW deserves.",
        discussion: """
            OLD and NEW are packages, libraries, manifest.json files, folders, or installed versions (acme@1.0.0). With --host, \
            the workflows of a running host that the breaking changes touch are listed; its key is read from \
            PATCHBAY_API_KEY. Exit status: 0 the number is high enough, 1 it is not.
            """)

    @OptionGroup var host: HostOptions

    @Argument(help: "The older version.") var old: String

    @Argument(help: "The newer version.") var new: String

    @Option(name: .customLong("host"), help: "Address of a host whose workflows to look at.") var url: String?

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let configuration = try await host.configuration(quiet: true)
        let source = ManifestSource(prober: Authoring.prober, plugins: configuration.pluginsFolder)
        let (before, after) = try await Authoring.explaining {
            (try await source.manifest(of: old), try await source.manifest(of: new))
        }
        let comparison = ManifestComparison(before, after)
        let touched = try await touched(by: comparison, before, configuration)
        if json {
            var object = comparison.json.object ?? [:]
            if let touched { object["workflows"] = .array(touched.map(\.json)) }
            Console.print(json: .object(object))
        } else {
            tell(comparison, touched)
        }
        if !comparison.isNumberEnough { throw ExitCode.failure }
    }

    private func tell(_ comparison: ManifestComparison, _ touched: [TouchedWorkflow]?) {
        for change in comparison.changes {
            let place = change.operation.map { "\($0): " } ?? ""
            Console.print("\(change.level.rawValue.padded(to: 10))  \(place)\(change.message)")
        }
        if comparison.changes.isEmpty { Console.print("Nothing that \(comparison.connector) declares has changed.") }
        Console.print(
            comparison.isNumberEnough
                ? "\(comparison.new) says enough; \(comparison.deserved) is the least after \(comparison.old)."
                : "\(comparison.new) says too little: after \(comparison.old) these changes deserve \(comparison.deserved)."
        )
        guard let touched else { return }
        Console.print(
            table: touched.map { [$0.id, $0.name, $0.nodes.joined(separator: ", ")] },
            heading: ["WORKFLOW", "NAME", "USES"], empty: "No workflow is touched by a breaking change.")
    }

    private func touched(
        by comparison: ManifestComparison, _ before: Manifest, _ configuration: HostConfiguration
    ) async throws -> [TouchedWorkflow]? {
        guard let url else { return nil }
        let api = try HostAPI.client(url, configuration)
        defer { api.client.shutdown() }
        let operations = Set(comparison.touched(among: before.operations.map(\.id)))
        var touched: [TouchedWorkflow] = []
        var cursor: String?
        repeat {
            let query = cursor.map { "&cursor=\($0)" } ?? ""
            let page = try await api.expect("GET", "/api/v1/workflows?limit=100\(query)")
            for item in page["items"]?.array ?? [] {
                guard let id = item["id"]?.string else { continue }
                let workflow = try await api.expect("GET", "/api/v1/workflows/\(id)")
                touched += [TouchedWorkflow(workflow, of: comparison, operations)].compactMap(\.self)
            }
            cursor = page["next_cursor"]?.string
        } while cursor != nil
        return touched
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
