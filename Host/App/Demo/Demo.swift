import ArgumentParser
import Logging
import PatchbayCore
import PatchbayJSON
import PatchbayOutbound

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the starter workflow on a running host, and show what happens step by step.",
        discussion: """
            Stores the workflow if it is not there, delivers a GitHub deployment_status webhook with a valid signature, and \
            receives the message that the workflow posts.
            """)

    @OptionGroup var host: HostOptions

    @Option(help: "Where the host is.") var url = "http://127.0.0.1:8080"

    @Option(help: "The starter workflow.") var workflow = "Host/Docs/examples/deploy-alert.json"

    @Option(help: "The payload of the webhook.") var payload = "Host/Docs/examples/deployment_status.json"

    @Option(name: .customLong("receiver-port"), help: "Port of 127.0.0.1 that the workflow posts to.")
    var receiverPort = 8089

    func run() async throws {
        let configuration = try await host.configuration(quiet: true)
        let key = try adminKey(configuration)
        let client = try OutboundClient(policy: try EgressPolicy(parsing: "0.0.0.0/0,::/0"))
        defer { client.shutdown() }
        let story = DemoStory(
            api: APIClient(client: client, url: url, key: key), workflow: try TextFile.read(workflow),
            payload: try TextFile.read(payload), receiverPort: receiverPort)
        let receiver = Receiver()
        let run = try await receiver.listen(port: receiverPort) { try await story.tell() }
        RunPrinter.print(run)
        for message in receiver.messages {
            Console.print("\nThe receiver on 127.0.0.1:\(receiverPort) got: \(message.text)")
        }
        guard run["status"] == "completed", !receiver.messages.isEmpty else { throw ExitCode.failure }
    }

    private func adminKey(_ configuration: HostConfiguration) throws -> Secret {
        if let given = configuration.adminKey { return Secret(given) }
        let text = String(decoding: try TextFile.read(configuration.dataFolder + "/admin-key"), as: UTF8.self)
        return Secret(String(text.prefix { !$0.isWhitespace }))
    }
}
