import ConnectorSDK
import PatchbayJSON

/// Requests to the API, as one call makes them.
struct OpenAIAPI {
    private let context: Context
    private let settings: OpenAISettings

    init(_ context: Context) throws {
        self.context = context
        self.settings = try context.settings(OpenAISettings.self)
    }

    func get(_ segments: String...) async throws -> JSON {
        try await send(.get, segments, .none, pointers: [:])
    }

    /// Posts. `pointers` tells which input a member of the body comes from, for when the server refuses it.
    func post(_ segments: String..., body: JSONObject, pointers: [String: String]) async throws -> JSON {
        try await send(.post, segments, .json(.object(body)), pointers: pointers)
    }

    private func send(
        _ method: HTTPRequest.Method, _ segments: [String], _ body: HTTPRequest.Body, pointers: [String: String]
    ) async throws -> JSON {
        var url = try address(below: settings.baseURL)
        for segment in segments { url = try address(below: url, segment) }
        // Names the request in the vendor's own log, for asking them about it
        // (https://platform.openai.com/docs/api-reference/debugging-requests).
        var headers = [("X-Client-Request-Id", "\(context.idempotencyKey)-\(context.attempt)")]
        if let organization = settings.organization { headers.append(("OpenAI-Organization", organization)) }
        if let project = settings.project { headers.append(("OpenAI-Project", project)) }
        let response = try await context.http.send(
            HTTPRequest(method, url, headers: headers, body: body))
        guard response.isSuccess else {
            var error = ConnectorError(openAI: response, pointers: pointers)
            if method.isSafe { error.effect = .none }
            throw error
        }
        return try response.json()
    }
}
