import ArgumentParser
import PatchbayCore
import PatchbayJSON

/// Asks a running host, which has the connector.
struct CredentialTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Ask the vendor whether a credential works.",
        discussion: """
            The running host calls the action that the connector names as its check, or the first that only reads and needs no \
            input. Exit status: 0 when the vendor took the credential, else 1.
            """)

    @OptionGroup var host: HostOptions
    @OptionGroup var reach: TenantOptions
    @OptionGroup var asked: CredentialHostOptions

    @Option(help: "The connector to test it with, for a credential of any.") var connector: String?

    @Option(help: "Another action, which only reads.") var operation: String?

    @Option(name: .customLong("set"), help: "An input of the action: owner=octo-org. Repeatable.")
    var inputs: [String] = []

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        var client = try HostAPI.client(asked.url, try await host.configuration(quiet: true))
        client.tenant = reach.named
        var body = JSONObject()
        body["connector"] = connector.map(JSON.string)
        body["operation"] = operation.map(JSON.string)
        let given = try Assignments.read(inputs).reduce(into: JSONObject()) { $0[$1.name] = $1.value ?? "" }
        if !given.isEmpty { body["input"] = .object(given) }
        let answer = try await client.expect("POST", try asked.path() + "/test", .object(body))
        if json { Console.print(json: answer) }
        guard answer["ok"] == true else {
            let error = answer["error"]
            throw CommandFailure(
                "\(asked.name) does not work (\(error?["code"]?.string ?? "internal")): "
                    + (error?["message"]?.string ?? "the host said no more"))
        }
        if !json { Console.print("\(asked.name) works: \(answer["operation"]?.string ?? "")") }
    }
}
