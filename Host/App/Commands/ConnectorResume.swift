import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayOutbound

struct ConnectorResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a running host try a version again that it has set aside.",
        discussion: """
            A version whose processes kept ending is set aside by each host for itself, until it is resumed, enabled anew, or \
            the host restarted. `enable` reaches all hosts, this one.
            """)

    @OptionGroup var options: HostOptions

    @Argument(help: "ID@VERSION, such as acme@1.1.0.") var version: String

    @Option(name: .customLong("host"), help: "Address of the host; its key is PATCHBAY_API_KEY.")
    var url = "http://127.0.0.1:8080"

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        guard let pin = ConnectorPin(version) else {
            throw CommandFailure("`\(version)` names no version; write ID@VERSION, such as acme@1.1.0.")
        }
        let api = try HostAPI.client(url, try await options.configuration(quiet: true))
        defer { api.client.shutdown() }
        let answer = try await api.send("POST", "/api/v1/connectors/\(pin.connector)/\(pin.version)/resume")
        guard answer.status == 200 else {
            throw CommandFailure(answer.body["error"]?["message"]?.string ?? "The host answered \(answer.status).")
        }
        if json { return Console.print(json: answer.body) }
        let wasSetAside = answer.body["resumed"]?.bool == true
        Console.print(wasSetAside ? "\(pin) is tried again." : "\(pin) had not been set aside.")
    }
}
