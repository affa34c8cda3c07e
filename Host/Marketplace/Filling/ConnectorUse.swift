import PatchbayJSON

/// A node's `uses`, `slack@1.0.0/send_message`, taken apart as far as templates ask.
struct ConnectorUse {
    let connector: String
    /// As it was written; nil when it was left open.
    let version: String?
    private let rest: Substring

    init?(_ text: String) {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        let parts = text[..<slash].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        connector = String(parts[0])
        version = parts.count == 2 ? String(parts[1]) : nil
        rest = text[slash...]
    }

    /// Writes the range for the connector where none stands.
    static func write(_ ranges: [String: String], into node: inout JSONObject) {
        guard let text = node["uses"]?.string, let use = ConnectorUse(text), use.version == nil,
            let range = ranges[use.connector], range != "*"
        else { return }
        node["uses"] = .string("\(use.connector)@\(range)\(use.rest)")
    }

    /// Leaves the version out.
    static func open(_ node: inout JSONObject) {
        guard let use = node["uses"]?.string.flatMap(ConnectorUse.init) else { return }
        node["uses"] = .string(use.connector + use.rest)
    }
}
