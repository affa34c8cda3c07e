/// What a `Content-Type` says, as far as bodies are read by it.
package struct MediaType: Equatable {
    private static let json = "application/json"

    /// `type/subtype` in lower case; empty when the header is absent.
    package let name: String
    /// In lower case.
    package let charset: String?
    /// What stands between the parts of a `multipart/…` (RFC 2046, 5.1.1).
    package let boundary: String?

    package init(_ header: String?) {
        // What nearly everybody says needs no taking apart.
        if header == Self.json {
            (name, charset, boundary) = (Self.json, nil, nil)
            return
        }
        let parts = (header ?? "").split(separator: ";").map { Self.trimmed($0).lowercased() }
        name = parts.first ?? ""
        charset =
            parts.dropFirst().lazy.compactMap { part in
                part.hasPrefix("charset=") ? part.dropFirst("charset=".count).filter { $0 != "\"" } : nil
            }.first
        boundary = Self.boundary(in: header ?? "")
    }

    /// Unlike the rest it keeps its case.
    private static func boundary(in header: String) -> String? {
        for part in header.split(separator: ";").dropFirst() {
            let part = trimmed(part)
            guard part.lowercased().hasPrefix("boundary=") else { continue }
            let value = part.dropFirst("boundary=".count).filter { $0 != "\"" }
            return (1...70).contains(value.utf8.count) ? String(value) : nil
        }
        return nil
    }

    /// `application/json`, and everything with the suffix `+json` (RFC 6839), in UTF-8.
    package var isJSON: Bool { (name == Self.json || name.hasSuffix("+json")) && isUTF8 }
    package var isForm: Bool { name == "application/x-www-form-urlencoded" }
    package var isMultipart: Bool { name == "multipart/form-data" }
    package var isUTF8: Bool { charset == nil || charset == "utf-8" || charset == "utf8" || charset == "us-ascii" }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        guard let end = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return start[...end]
    }
}
