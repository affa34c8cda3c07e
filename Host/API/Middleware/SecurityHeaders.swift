import HTTPTypes
import Hummingbird

/// Answers are data: not to be guessed at, run, framed, looked into from other sites, or kept by caches.
struct SecurityHeaders {
    /// Whether browsers reach the host by TLS only.
    let isSecure: Bool

    init(publicURL: String?) { isSecure = publicURL?.lowercased().hasPrefix("https://") ?? false }

    func write(to headers: inout HTTPFields) {
        headers[.xContentTypeOptions] = "nosniff"
        // What has a tag may be asked about again; nobody keeps it without asking.
        headers[.cacheControl] = headers[.eTag] == nil ? "no-store" : "private, no-cache"
        headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        headers[.referrerPolicy] = "no-referrer"
        headers[.frameOptions] = "DENY"
        headers[.permissionsPolicy] = "camera=(), geolocation=(), microphone=()"
        if headers[.crossOriginResourcePolicy] == nil { headers[.crossOriginResourcePolicy] = "same-origin" }
        // Two years (RFC 6797); only where it is true.
        if isSecure { headers[.strictTransportSecurity] = "max-age=63072000" }
    }
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let frameOptions = HTTPField.Name("X-Frame-Options")!
    static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
}
