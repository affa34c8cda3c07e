public import ConnectorSDK
import PatchbayJSON

/// Any HTTP API (RFC 9110), for what has no connector of its own.
public let http = Connector(
    id: "http", version: "1.0.0", name: "HTTP", summary: "Requests to any HTTP API, one by one or page by page.",
    category: .developer, license: "Apache-2.0", documentation: "https://www.rfc-editor.org/rfc/rfc9110",
    hosts: [.any],
    credentials: [
        CredentialSlot(
            "account", title: "Account",
            about:
                "A bearer token, a user name with its password, or an API key. A key is sent in the header `X-API-Key`, "
                + "unless the credential's settings `api_key_in`, `api_key_name` and `api_key_prefix` say otherwise. "
                + "It goes only to the hosts that the credential names.",
            isRequired: false,
            kinds: [
                .bearer, .basic,
                .chosen(
                    placeSetting: "api_key_in", nameSetting: "api_key_name", prefixSetting: "api_key_prefix"),
            ])
    ],
    settings: HTTPSettings.self, isolation: .inProcess,
    limits: Connector.Limits(concurrency: 128, timeout: .seconds(60)),
    actions: [Request.self, Paginate.self])

/// How an API key is sent; settings of the credential that holds it.
struct HTTPSettings: Fields {
    @Field("Where an API key is sent.", default: .header) var apiKeyIn: Place
    @Field("Name of the header or query parameter for an API key.", .length(1...200), default: "X-API-Key")
    var apiKeyName: String
    @Field("What stands before the key, with its space.", .length(0...200), default: "", example: "Token ")
    var apiKeyPrefix: String

    enum Place: String, FieldChoice { case header, query }
}
