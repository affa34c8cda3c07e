import ConnectorSDK
import PatchbayJSON

/// Requests to the REST API, as one call makes them.
struct JiraAPI {
    let context: Context
    let version: JiraVersion
    private let baseURL: String

    init(_ context: Context) throws {
        let settings = try context.settings(JiraSettings.self)
        self.context = context
        self.version = settings.apiVersion
        self.baseURL = settings.baseURL
    }

    /// Text in the form that this version takes: a document, or the text itself.
    func rich(_ text: String) -> JSON {
        switch version {
        case .cloud: JSON(documentOf: text)
        case .dataCenter: .string(text)
        }
    }

    /// An issue's page for people.
    func page(of key: String) throws(ConnectorError) -> String { try address(below: baseURL, "browse", key) }

    func get(_ segments: String...) async throws -> JSON {
        try await send(.get, segments, nil, pointers: [:]).json()
    }

    /// Posts. `pointers` tells which input a field of Jira comes from, for when Jira refuses it; others are thought to be in
    /// `/fields`. Answers null where Jira has nothing to say (status 204).
    func post(_ segments: String..., body: JSONObject, pointers: [String: String] = [:]) async throws -> JSON {
        try await post(path: segments, body: body, pointers: pointers)
    }

    func post(path: [String], body: JSONObject, pointers: [String: String]) async throws -> JSON {
        let response = try await send(.post, path, body, pointers: pointers)
        guard !response.body.isEmpty else { return .null }
        do {
            return try response.json()
        } catch {
            var error = error
            error.effect = .applied
            throw error
        }
    }

    private func send(
        _ method: HTTPRequest.Method, _ segments: [String], _ body: JSONObject?, pointers: [String: String]
    ) async throws -> HTTPResponse {
        var url = try address(below: baseURL, "rest", "api", version.rawValue)
        for segment in segments { url = try address(below: url, segment) }
        let request = HTTPRequest(
            method, url, headers: [("Accept", "application/json")], body: body.map { .json(.object($0)) } ?? .none)
        let response = try await context.http.send(request)
        guard response.isSuccess else {
            var error = ConnectorError(jira: response, pointers: pointers)
            if method.isSafe { error.effect = .none }
            throw error
        }
        return response
    }
}
