import HTTPTypes
import Hummingbird

/// Lets pages of other origins that the operator names call the API (https://fetch.spec.whatwg.org/#http-cors-protocol). They
/// carry keys: cookies are never accepted from elsewhere, so credentials are never allowed either.
struct CrossOrigin {
    let origins: AllowedOrigins
    let routes: RouteTable

    /// What a browser is told that asks whether it may send a request; nil for other requests.
    func preflight(_ request: Request) -> Response? {
        guard concerns(request), request.method == .options, let origin = request.headers[.origin],
            request.headers[.accessControlRequestMethod] != nil
        else { return nil }
        return origins.contains(origin) ? permission(for: request) : Response(status: .noContent)
    }

    /// Lets the browser show the answer to a page that may see it.
    func write(to headers: inout HTTPFields, for request: Request) {
        guard concerns(request) else { return }
        if !origins.areAll { headers.append(HTTPField(name: .vary, value: "Origin")) }
        guard let origin = request.headers[.origin], origins.contains(origin) else { return }
        headers[.accessControlAllowOrigin] = origins.areAll ? "*" : origin
        headers[.accessControlExposeHeaders] = Self.exposed
        headers[.crossOriginResourcePolicy] = "cross-origin"
    }

    private func concerns(_ request: Request) -> Bool { !origins.isEmpty && request.uri.path.hasPrefix("/api/v1/") }

    private func permission(for request: Request) -> Response {
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
