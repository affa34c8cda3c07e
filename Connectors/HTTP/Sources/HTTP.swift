public import ConnectorSDK

/// Any HTTP API (RFC 9110), for what has no connector of its own.
public let http = Connector(
    id: "http", version: "1.0.0", name: "HTTP", summary: "Requests to any HTTP API, one by one or page by page.",
    category: .developer, license: "Apache-2.0", documentation: "https://www.rfc-editor.org/rfc/rfc9110",
    hosts: [.any],
    credentials: [
        CredentialSlot(
            "account", title: "Account",
            about: "A bearer token, a user name with its password, or an API key, which is sent in the header "
                + "`X-API-Key`. It goes only to the hosts that the credential names.",
            isRequired: false, kinds: [.bearer, .basic, .header("X-API-Key")])
    ],
    isolation: .inProcess, limits: Connector.Limits(concurrency: 128, timeout: .seconds(60)),
    actions: [Request.self, Paginate.self])
