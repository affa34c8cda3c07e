import HTTPTypes
import Hummingbird
import PatchbayCore

/// Where somebody who looks at a template comes from, as far as may be kept: a host's name, never a page, a person or a
/// numeric address.
enum ViewSource {
    static let direct = "direct"
    static let other = "other"
    private static let longest = 64

    /// What the address says of itself (`?ref=`), else the host that `Referer` names (RFC 9110, 10.1.3).
    static func of(_ request: Request, ref: String?) -> String {
        if let ref { return ref }
        guard let referer = request.headers[.referer] else { return direct }
        let host = Self.host(of: referer)
        if host == Self.host(of: "http://" + (request.head.authority ?? "")) { return direct }
        return host.flatMap(named) ?? other
    }

    /// Lower-case letters, digits, `.`, `-` and `_`; nil: it is none.
    static func named(_ text: String) -> String? {
        let text = text.lowercased()
        let isName =
            (1...longest).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || [0x2D, 0x2E, 0x5F].contains(byte)
            }
        return isName && text.utf8.contains { (0x61...0x7A).contains($0) } ? text : nil
    }

    private static func host(of address: String) -> String? {
        guard let start = address.firstRange(of: "://") else { return nil }
        let authority = address[start.upperBound...].prefix { !"/?#".contains($0) }
        let place = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        let host = place.split(separator: ":", omittingEmptySubsequences: false).first ?? ""
        return host.isEmpty ? nil : host.lowercased()
    }
}
