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

    /// Posts. `pointers` tells which input a member of the body comes from, for when the server refuses it.
    func post(_ segments: String..., body: JSONObject, pointers: [String: String]) async throws -> JSON {
        var url = try address(below: settings.baseURL)
        for segment in segments { url = try address(below: url, segment) }
        // Names the request in the vendor's own log, for asking them about it
        // (https://platform.openai.com/docs/api-reference/debugging-requests).
        var headers = [("X-Client-Request-Id", "\(context.idempotencyKey)-\(context.attempt)")]
        if let organization = settings.organization { headers.append(("OpenAI-Organization", organization)) }
        if let project = settings.project { headers.append(("OpenAI-Project", project)) }
        let response = try await context.http.send(
            HTTPRequest(.post, url, headers: headers, body: .json(.object(body))))
        guard response.isSuccess else { throw ConnectorError(openAI: response, pointers: pointers) }
        return try response.json()
    }
}
