import ConnectorSDK

/// What a `Content-Type` says (RFC 9110 §8.3.1).
struct ContentType: Equatable {
    /// `application/json`, in lower case, without parameters; empty when nothing was said.
    var media: String
    /// In lower case.
    var charset: String?

    init(_ header: String?) {
        let parts = (header ?? "").lowercased().split(separator: ";", omittingEmptySubsequences: false)
        media = parts.first.map(trimmed) ?? ""
        for part in parts.dropFirst() {
            let halves = part.split(separator: "=", maxSplits: 1).map(trimmed)
            if halves.count == 2, halves[0] == "charset" { charset = halves[1].filter { $0 != "\"" } }
        }
    }

    /// JSON itself, or a format made of it (RFC 6839 §3.1).
    var isJSON: Bool { media == "application/json" || media == "text/json" || media.hasSuffix("+json") }

    /// Whether a person could read it.
    var isText: Bool {
        media.hasPrefix("text/") || isJSON || media.hasSuffix("+xml") || media.hasSuffix("+yaml")
            || Self.textual.contains(media)
    }

    private static let textual: Set<String> = [
        "application/xml", "application/javascript", "application/ecmascript", "application/x-javascript",
        "application/yaml", "application/x-yaml", "application/toml", "application/x-www-form-urlencoded",
        "application/graphql", "application/sql", "application/x-ndjson", "application/jsonl", "application/x-sh",
        "application/pem-certificate-chain",
    ]
}

private func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
}
