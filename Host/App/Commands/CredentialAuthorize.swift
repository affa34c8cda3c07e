import ArgumentParser
import PatchbayJSON

/// Asks a running host, which knows where providers send browsers back to.
struct CredentialAuthorize: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authorize", abstract: "Print the address where somebody authorises a credential of OAuth 2.0.",
        discussion: """
            Open it in a browser within ten minutes. The provider sends the browser back to the running host, which gets the
            tokens. The client must be registered there with that host's callback: https://…/api/v1/oauth/callback
            """)

    @OptionGroup var host: HostOptions
    @OptionGroup var reach: TenantOptions
    @OptionGroup var asked: CredentialHostOptions

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        var client = try HostAPI.client(asked.url, try await host.configuration(quiet: true))
        client.tenant = reach.named
        let answer = try await client.expect("POST", try asked.path() + "/oauth/authorize")
        if json { return Console.print(json: answer) }
        Console.print(answer["url"]?.string ?? "")
    }
}
