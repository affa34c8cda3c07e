/// What a `Content-Type` says, as far as bodies are read by it.
struct MediaType: Equatable {
    /// `type/subtype` in lower case; empty when the header is absent.
    let name: String
    /// In lower case.
    let charset: String?

    init(_ header: String?) {
        let parts = (header ?? "").split(separator: ";").map { Self.trimmed($0).lowercased() }
        name = parts.first ?? ""
        charset =
            parts.dropFirst().lazy.compactMap { part in
                part.hasPrefix("charset=") ? part.dropFirst("charset=".count).filter { $0 != "\"" } : nil
            }.first
    }

    /// `application/json`, and everything with the suffix `+json` (RFC 6839), in UTF-8.
    var isJSON: Bool { (name == "application/json" || name.hasSuffix("+json")) && isUTF8 }
    var isForm: Bool { name == "application/x-www-form-urlencoded" }
    var isUTF8: Bool { charset == nil || charset == "utf-8" || charset == "utf8" || charset == "us-ascii" }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        guard let end = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return start[...end]
    }
}
