import ArgumentParser
import PatchbayAuthoring
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbayOutbound

struct ConnectorDev: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev",
        abstract: "Watch a connector's sources: rebuild, install beside the old version, repeat the last call.",
        discussion: """
            Each round has a version of its own, 1.0.0-dev.N with a rising N; workflows that name one keep it. Without --host it \
            is put into the plugins folder, where a host on this machine finds it. Ctrl-C ends it.
            """)

    @OptionGroup var options: HostOptions

    @Argument(help: "The connector's folder.") var folder = "."

    @Option(name: .customLong("host"), help: "Address of a host to install into; its key is PATCHBAY_API_KEY.")
    var url: String?

    @Flag(help: "Do one round and end.") var once = false

    func run() async throws {
        let project = try ConnectorProject.open(folder)
        let configuration = try await options.configuration(quiet: true)
        let sdk = try Authoring.sdk()
        let client = try Authoring.client(configuration)
        let api = try url.map { try HostAPI.client($0, configuration) }
        let plugins = PluginsFolder(configuration.pluginsFolder)
        var watch = SourceWatch(project.folder)
        // Higher than every number before, also where an earlier folder of this connector was installed from.
        var number = Int(SystemTime().now.milliseconds / 1000)
        while true {
            let build = ConnectorBuild(project, sdk: sdk, prober: Authoring.prober, development: number)
            let round = DevelopmentRound(build, client: client) { product in
                if let api { return try await Self.install(product, by: api) }
                let place = try plugins.install(product)
                plugins.removeOld(of: product.id)
                return place
            }
            await tell(round)
            if once { return }
            number += 1
            while watch.changes().isEmpty { try await Task.sleep(for: .milliseconds(200)) }
        }
    }

    private func tell(_ round: DevelopmentRound) async {
        let clock = ContinuousClock()
        let start = clock.now
        do {
            let report = try await Authoring.explaining { try await round.run() }
            let tenths = Int((clock.now - start) / .milliseconds(100))
            Console.print(
                "\(report.product.id) \(report.product.version) is in \(report.installed) after \(tenths / 10).\(tenths % 10) s"
            )
            switch report.call?.result {
            case .success(let output)?: Console.print(output.prettyText)
            case .failure(let failure)?: Console.note(failure.description)
            case nil:
                Console.note("Nothing to repeat yet: patchbay connector call \(report.product.id)/… --input '{…}'")
            }
        } catch is ExitCode {
            // The refusal has been told.
        } catch {
            Console.note("\(error)")
        }
    }

    private static func install(_ product: ConnectorBuild.Product, by api: APIClient) async throws -> String {
        let headers = [
            HTTPField(name: "Authorization", value: "Bearer \(api.key.reveal())"),
            HTTPField(name: "Content-Type", value: "application/vnd.patchbay.connector"),
        ]
        let bytes = try product.bytes()
        let answer = try await api.send("POST", "/api/v1/connectors", headers: headers, body: bytes)
        guard (200..<300).contains(answer.status) else {
            throw CommandFailure("\(api.url) does not take it (\(answer.status)): \(answer.body.text)")
        }
        return api.url
    }
}
