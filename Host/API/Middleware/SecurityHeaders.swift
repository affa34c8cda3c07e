import HTTPTypes
import Hummingbird

/// Answers are data: not to be guessed at, run, framed, looked into from other sites, or kept by caches.
struct SecurityHeaders: RouterMiddleware {
    typealias Context = APIContext

    /// Whether browsers reach the host by TLS only.
    let isSecure: Bool

    init(publicURL: String?) { isSecure = publicURL?.lowercased().hasPrefix("https://") ?? false }

    func handle(
        _ request: Request, context: APIContext, next: Next
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.xContentTypeOptions] = "nosniff"
        // What has a tag may be asked about again; nobody keeps it without asking.
        response.headers[.cacheControl] = response.headers[.eTag] == nil ? "no-store" : "private, no-cache"
        response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.frameOptions] = "DENY"
        response.headers[.permissionsPolicy] = "camera=(), geolocation=(), microphone=()"
        if response.headers[.crossOriginResourcePolicy] == nil {
            response.headers[.crossOriginResourcePolicy] = "same-origin"
        }
        // Two years (RFC 6797); only where it is true.
        if isSecure { response.headers[.strictTransportSecurity] = "max-age=63072000" }
        return response
    }
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let frameOptions = HTTPField.Name("X-Frame-Options")!
    static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
}
