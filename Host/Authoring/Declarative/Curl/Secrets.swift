import PatchbayJSON

/// What in a request is a secret, told by its name: better one too many than one in a file.
enum Secrets {
    private static let parameters: Set<String> = [
        "api_key", "apikey", "api-key", "key", "token", "access_token", "auth", "auth_token", "appid", "app_key",
        "secret", "client_secret", "password", "passwd", "pwd", "sig", "signature", "private_token", "subscription-key",
        "api_token", "refresh_token",
    ]

    static func isParameter(_ name: String) -> Bool { parameters.contains(name.lowercased()) }

    /// The slot that takes the place of a header; nil when it holds no secret.
    static func slot(_ name: String, _ value: String) -> JSON? {
        let lower = name.lowercased()
        if lower == "authorization" {
            let scheme = value.prefix { $0 != " " }
            switch scheme.lowercased() {
            case "bearer": return "bearer"
            case "basic": return "basic"
            default:
                let prefix = scheme.count < value.count ? scheme + " " : ""
                return ["header": .string(name), "prefix": .string(String(prefix))]
            }
        }
        let words = ["api-key", "apikey", "api_key", "token", "secret", "auth", "access-key", "password", "signature"]
        guard
            words.contains(where: lower.contains) || lower == "x-key"
                || lower.hasSuffix("-key") && lower != "idempotency-key"
        else { return Optional<JSON>.none }
        return ["header": .string(name), "prefix": ""]
    }
}
