import ConnectorSDK

/// An address with a name before it: `Ada <ada@example.com>` (RFC 5322 §3.4).
struct Mailbox: Equatable {
    var name: String
    var address: String

    /// Throws what is wrong with it. Addresses are of ASCII: others need servers that few have (RFC 6531).
    init(_ text: String, at pointer: String) throws(ConnectorError) {
        let text = text.trimmed
        if text.hasSuffix(">"), let open = text.lastIndex(of: "<") {
            var name = String(text[..<open]).trimmed
            if name.count >= 2, name.hasPrefix("\""), name.hasSuffix("\"") {
                name = String(name.dropFirst().dropLast())
            }
            self.name = name
            address = String(text[text.index(after: open)...].dropLast())
        } else {
            name = ""
            address = text
        }
        guard !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw .invalid(pointer, "has a name with a control character")
        }
        let halves = address.split(separator: "@", omittingEmptySubsequences: false)
        let isSound =
            address.utf8.count <= 254 && halves.count == 2 && halves.allSatisfy { !$0.isEmpty }
            && address.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"<>()[],;:\\\"".utf8.contains($0) }
        guard isSound else {
            throw .invalid(
                pointer, "is no address: needs one of ASCII such as ada@example.com, or `Ada <ada@example.com>`")
        }
    }

    var domain: Substring { address.split(separator: "@").last ?? "" }

    /// As it stands in a header.
    var text: String { name.isEmpty ? address : "\(HeaderText.phrase(name)) <\(address)>" }
}

extension String {
    var trimmed: String {
        let rest = drop(while: \.isWhitespace)
        return String(rest.reversed().drop(while: \.isWhitespace).reversed())
    }
}
