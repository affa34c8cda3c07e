import ConnectorSDK
import PatchbayJSON

/// Requests to the REST API, as one call makes them.
struct GitHubAPI {
    /// The version of the API that the requests are written for (https://docs.github.com/rest/about-the-rest-api/api-versions).
    static let version = "2022-11-28"

    let context: Context
    private let baseURL: String

    init(_ context: Context) throws {
        self.context = context
        self.baseURL = try context.settings(GitHubSettings.self).baseURL
    }

    /// An address in a repository: `address(of: "octo-org", "octo-repo", "issues")`.
    func address(of owner: String, _ repository: String, _ segments: String...) throws(ConnectorError) -> String {
        var address = try ConnectorSDK.address(below: baseURL, "repos", owner, repository)
        for segment in segments { address = try ConnectorSDK.address(below: address, segment) }
        return address
    }

    /// An address of no repository: `address("rate_limit")`.
    func address(_ segment: String) throws(ConnectorError) -> String {
        try ConnectorSDK.address(below: baseURL, segment)
    }

    /// Reads. Follows redirects, which GitHub answers for what was renamed or transferred.
    func get(_ address: String, query: [(String, String?)] = []) async throws -> HTTPResponse {
        try await send(HTTPRequest(.get, address, query: query, headers: headers, redirects: 3), pointers: [:])
    }

    /// Writes. `pointers` tells which input a member of the body comes from, for when GitHub refuses it.
    func post(_ address: String, _ body: JSONObject, pointers: [String: String]) async throws -> JSON {
        try await write(.post, address, body, pointers)
    }

    /// The same for what is there.
    func patch(_ address: String, _ body: JSONObject, pointers: [String: String]) async throws -> JSON {
        try await write(.patch, address, body, pointers)
    }

    /// Removes; what is not there is no error.
    func delete(_ address: String) async throws {
        do {
            _ = try await send(HTTPRequest(.delete, address, headers: headers), pointers: [:])
        } catch let error as ConnectorError where error.httpStatus == 404 {
            return
        }
    }

    private func write(
        _ method: HTTPRequest.Method, _ address: String, _ body: JSONObject, _ pointers: [String: String]
    ) async throws -> JSON {
        let request = HTTPRequest(method, address, headers: headers, body: .json(.object(body)))
        do {
            return try await send(request, pointers: pointers).json()
        } catch let error as ConnectorError where error.httpStatus.map((200..<300).contains) == true {
            var error = error
            error.effect = .applied
            throw error
        }
    }

    private func send(_ request: HTTPRequest, pointers: [String: String]) async throws -> HTTPResponse {
        let response = try await context.http.send(request)
        guard response.isSuccess else {
            var error = ConnectorError(gitHub: response, pointers: pointers)
            if request.method.isSafe { error.effect = .none }
            throw error
        }
        return response
    }

    private var headers: [(String, String)] {
        [
            ("Accept", "application/vnd.github+json"), ("X-GitHub-Api-Version", Self.version),
            ("User-Agent", "Patchbay-GitHub/\(gitHub.version)"),
        ]
    }
}
