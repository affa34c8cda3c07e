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

    func get(_ segment: String, query: [(String, String?)]) async throws -> JSON {
        try await send(.get, [segment], query: query, .none)
    }

    func post(_ segments: String..., body: JSONObject) async throws -> JSON {
        try await send(.post, segments, .json(.object(body)))
    }

    private func send(
        _ method: HTTPRequest.Method, _ segments: [String], query: [(String, String?)] = [], _ body: HTTPRequest.Body
    ) async throws -> JSON {
        var url = try address(below: settings.baseURL, "v1")
        for segment in segments { url = try address(below: url, segment) }
        var headers = [("anthropic-version", settings.apiVersion)]
        if let betas = settings.betas { headers.append(("anthropic-beta", betas.joined(separator: ","))) }
        let response = try await context.http.send(
            HTTPRequest(method, url, query: query, headers: headers, body: body))
        guard response.isSuccess else {
            var error = ConnectorError(anthropic: response)
            if method.isSafe { error.effect = .none }
            throw error
        }
        return try response.json()
    }
}
