import HTTPTypes
import Hummingbird

/// Lets pages of other origins that the operator names call the API (https://fetch.spec.whatwg.org/#http-cors-protocol). They
/// carry keys: cookies are never accepted from elsewhere, so credentials are never allowed either.
struct CrossOrigin: RouterMiddleware {
    typealias Context = APIContext

    let origins: AllowedOrigins
    let routes: RouteTable

    func handle(
        _ request: Request, context: APIContext, next: Next
    ) async throws -> Response {
        guard !origins.isEmpty, request.uri.path.hasPrefix("/api/v1/") else {
            return try await next(request, context)
        }
        let origin = request.headers[.origin]
        let isAllowed = origin.map { origins.contains($0) } ?? false
        var response: Response
        if request.method == .options, origin != nil, request.headers[.accessControlRequestMethod] != nil {
            response = isAllowed ? preflight(request) : Response(status: .noContent)
        } else {
            response = try await next(request, context)
        }
        if !origins.areAll { response.headers.append(HTTPField(name: .vary, value: "Origin")) }
        if isAllowed, let origin {
            response.headers[.accessControlAllowOrigin] = origins.areAll ? "*" : origin
            response.headers[.accessControlExposeHeaders] = Self.exposed
            response.headers[.crossOriginResourcePolicy] = "cross-origin"
        }
        return response
    }

    private func preflight(_ request: Request) -> Response {
        let methods = routes.methods(at: request.uri.path).map(\.rawValue).joined(separator: ", ")
        return Response(
            status: .noContent,
            headers: [
                .accessControlAllowMethods: methods, .accessControlAllowHeaders: Self.sent,
                .accessControlMaxAge: "600",
            ])
    }

    private static let sent =
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-ID, X-Tenant-ID"
    private static let exposed =
        "ETag, Location, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-ID"
}
