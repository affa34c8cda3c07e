/// Origins of pages, such as `https://app.example.com`, or all of them.
package struct AllowedOrigins: Sendable, Equatable {
    let areAll: Bool
    private let origins: Set<String>

    package static let none = AllowedOrigins(areAll: false, [])

    private init(areAll: Bool, _ origins: Set<String>) {
        self.areAll = areAll
        self.origins = origins
    }

    /// Nil when a word is neither an origin (RFC 6454: scheme, host, and a port that is not the scheme's own) nor `*`.
    package init?(_ words: [String]) {
        let lower = words.map { $0.lowercased() }
        guard lower.allSatisfy({ $0 == "*" || Self.isOrigin($0) }) else { return nil }
        self.init(areAll: lower.contains("*"), Set(lower))
    }

    var isEmpty: Bool { origins.isEmpty }

    func contains(_ origin: String) -> Bool {
        areAll || origins.contains(origin.lowercased())
    }

    private static func isOrigin(_ text: String) -> Bool {
        for scheme in ["https://", "http://"] where text.hasPrefix(scheme) {
            let place = text.dropFirst(scheme.count)
            let isDefault = place.hasSuffix(scheme == "https://" ? ":443" : ":80")
            return !place.isEmpty && !isDefault
                && place.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"/?#@\\*,".utf8.contains($0) }
        }
        return false
    }
}
