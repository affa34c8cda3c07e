import PatchbayCore

/// A node's `uses`: which operation of which connector, and which versions will do.
struct OperationUse: Equatable {
    var connector: String
    var range: VersionRange
    /// As it was written; nil when no version was.
    var version: String?
    var operation: String

    static let forms = "write connector@version/action, such as \"slack@1.0.0/send_message\" or \"slack/send_message\""

    /// Reads `slack@1.0.0/send_message`, `slack/send_message` and `slack@^1.2/send_message`.
    init(_ text: String) throws(Refusal) {
        guard let slash = text.firstIndex(of: "/") else {
            throw Refusal(message: "\(text.quoted) names no action", hint: Self.forms)
        }
        let head = text[..<slash]
        let parts = head.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        operation = String(text[text.index(after: slash)...])
        connector = parts[0]
        guard Self.isID(connector), Self.isID(operation) else {
            throw Refusal(message: "\(text.quoted) is no connector and action", hint: Self.forms)
        }
        version = parts.count == 2 ? parts[1] : nil
        guard let range = version.map(VersionRange.init) ?? .any else {
            throw Refusal(
                message: "\((version ?? "").quoted) is no version of \(connector.quoted)",
                hint: "write an exact version such as 1.0.0, or 1, 1.2, ^1.2, ~1.2.3 for the newest that fits")
        }
        self.range = range
    }

    struct Refusal: Error, Equatable {
        var message: String
        var hint: String
    }

    private static func isID(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || [0x2D, 0x2E, 0x5F].contains($0)
            }
    }
}
