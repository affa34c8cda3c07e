import ConnectorSDK
import PatchbayJSON

/// Requests to the API, as one call makes them.
struct AnthropicAPI {
    private let context: Context
    private let settings: AnthropicSettings

    init(_ context: Context) throws {
        self.context = context
        self.settings = try context.settings(AnthropicSettings.self)
    }

    func post(_ segments: String..., body: JSONObject) async throws -> JSON {
        var url = try address(below: settings.baseURL, "v1")
        for segment in segments { url = try address(below: url, segment) }
        var headers = [("anthropic-version", settings.apiVersion)]
        if let betas = settings.betas { headers.append(("anthropic-beta", betas.joined(separator: ","))) }
        let response = try await context.http.send(
            HTTPRequest(.post, url, headers: headers, body: .json(.object(body))))
        guard response.isSuccess else { throw ConnectorError(anthropic: response) }
        return try response.json()
    }
}
