import PatchbayCore
import PatchbayOutbound

/// The way of commands to a running host's API.
enum HostAPI {
    /// The key is `PATCHBAY_API_KEY`, else the one of the installation at hand.
    static func client(_ url: String, _ configuration: HostConfiguration) throws -> APIClient {
        let address = url.hasSuffix("/") ? String(url.dropLast()) : url
        guard address.hasPrefix("http://") || address.hasPrefix("https://") else {
            throw CommandFailure("\(url) is no address of a host; write http://127.0.0.1:8080")
        }
        let key = Environment.variable("PATCHBAY_API_KEY") ?? configuration.adminKey
        let file = configuration.dataFolder + "/admin-key"
        let text = key ?? (try? TextFile.read(file)).map { String(decoding: $0, as: UTF8.self) }
        guard let text = text?.filter({ !$0.isWhitespace }), !text.isEmpty else {
            throw CommandFailure("The host's key is missing: set PATCHBAY_API_KEY.")
        }
        // The person at the command line chose the address.
        let client = try OutboundClient(policy: try EgressPolicy(parsing: "0.0.0.0/0,::/0"))
        return APIClient(client: client, url: address, key: Secret(text))
    }
}
