import HTTPTypes
import Hummingbird
import PatchbaySecurity

/// Lets requests pass that carry the admin key as `Authorization: Bearer <key>` (RFC 6750).
struct Authentication: RouterMiddleware {
    typealias Context = APIContext

    let key: AdminKey

    func handle(
        _ request: Request, context: APIContext, next: Next
    ) async throws -> Response {
        try check(request.headers[.authorization])
        return try await next(request, context)
    }

    func accepts(_ authorization: String?) -> Bool { (try? check(authorization)) != nil }

    private func check(_ authorization: String?) throws(APIError) {
        guard let authorization else {
            throw Self.refusal("The request carries no API key. Send it as 'Authorization: Bearer <key>'.")
        }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw Self.refusal("The authorization is no bearer key. Send it as 'Authorization: Bearer <key>'.")
        }
        guard key.matches(String(parts[1])) else {
            throw Self.refusal("The API key is not valid.")
        }
    }

    private static func refusal(_ message: String) -> APIError {
        APIError(.unauthorized, message, headers: [.wwwAuthenticate: "Bearer realm=\"patchbay\""])
    }
}
