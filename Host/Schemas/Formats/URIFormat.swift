/// URIs (RFC 3986) and, with letters beyond ASCII, IRIs (RFC 3987).
struct URIFormat {
    let isInternational: Bool

    func isAbsolute(_ text: String) -> Bool {
        let reading = URIReference(text)
        return reading.scheme != nil && isMet(by: reading)
    }

    func isReference(_ text: String) -> Bool {
        isMet(by: URIReference(text))
    }

    private func isMet(by reading: URIReference) -> Bool {
        if let authority = reading.authority, !isAuthority(authority) { return false }
        guard isMade(of: ":@/", reading.path) else { return false }
        if reading.scheme == nil, reading.authority == nil {
            // A colon in the first segment would make a scheme of what is before it.
            guard !reading.path.utf8.prefix(while: { $0 != UInt8(ascii: "/") }).contains(UInt8(ascii: ":")) else {
                return false
            }
        }
        if let query = reading.query, !isMade(of: ":@/?", query, takesPrivate: true) { return false }
        if let fragment = reading.fragment, !isMade(of: ":@/?", fragment) { return false }
        return true
    }

    private func isAuthority(_ authority: String) -> Bool {
        var rest = authority.utf8[...]
        if let at = rest.firstIndex(of: UInt8(ascii: "@")) {
            guard isMade(of: ":", String(Substring(rest[..<at]))) else { return false }
            rest = rest[rest.index(after: at)...]
        }
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
            guard isLiteral(Array(rest[rest.index(after: rest.startIndex)..<end])[...]) else { return false }
            rest = rest[rest.index(after: end)...]
            if rest.isEmpty { return true }
        } else {
            let host = rest.prefix { $0 != UInt8(ascii: ":") }
            guard isMade(of: "", String(Substring(host))) else { return false }
            rest = rest[host.endIndex...]
            if rest.isEmpty { return true }
        }
        guard rest.popFirst() == UInt8(ascii: ":") else { return false }
        return rest.allSatisfy(\.isASCIIDigit)
    }

    /// What stands between brackets: an address of version 6, or of a version to come.
    private func isLiteral(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, first | 0x20 == UInt8(ascii: "v") else { return AddressFormats.isIPv6(bytes) }
        let parts = bytes.dropFirst().split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[0].allSatisfy(\.isASCIIHexDigit), !parts[1].isEmpty else {
            return false
        }
        return parts[1].allSatisfy { isUnreserved($0) || Self.delimiters.contains($0) || $0 == UInt8(ascii: ":") }
    }

    private static let delimiters = Set("!$&'()*+,;=".utf8)

    private func isUnreserved(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || "-._~".utf8.contains(byte)
    }

    /// Whether there is nothing but plain letters, delimiters inside parts, percent signs with two digits, and what is
    /// named.
    private func isMade(of more: String, _ text: String, takesPrivate: Bool = false) -> Bool {
        let bytes = Array(text.utf8)
        for (place, byte) in bytes.enumerated() {
            if isUnreserved(byte) || Self.delimiters.contains(byte) || more.utf8.contains(byte) || byte >= 0x80 {
                continue
            }
            guard byte == UInt8(ascii: "%"), place + 2 < bytes.count, bytes[place + 1].isASCIIHexDigit,
                bytes[place + 2].isASCIIHexDigit
            else { return false }
        }
        return text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII || isInternational && (scalar.isAllowedInIRIs || takesPrivate && scalar.isPrivateUse)
        }
    }
}

extension Unicode.Scalar {
    /// RFC 3987, 2.2: `ucschar`.
    var isAllowedInIRIs: Bool {
        switch value {
        case 0xA0...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFEF: true
        case 0x10000...0xDFFFD: value & 0xFFFF <= 0xFFFD
        case 0xE1000...0xEFFFD: true
        default: false
        }
    }

    /// RFC 3987, 2.2: `iprivate`.
    var isPrivateUse: Bool {
        switch value {
        case 0xE000...0xF8FF, 0xF0000...0xFFFFD, 0x100000...0x10FFFD: true
        default: false
        }
    }
}
