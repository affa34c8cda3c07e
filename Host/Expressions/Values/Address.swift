/// An IP address of version 4 or 6, without a zone.
struct Address: Hashable, Sendable {
    let isV4: Bool
    /// 4 or 16, in network order.
    let bytes: [UInt8]

    private init(v4 bytes: [UInt8]) { (isV4, self.bytes) = (true, bytes) }

    private init(v6 bytes: [UInt8]) {
        // An IPv4 address written as IPv6 in hexadecimal (RFC 4291, 2.5.5.2) is that IPv4 address.
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        if bytes.starts(with: mapped) {
            (isV4, self.bytes) = (true, Array(bytes[12...]))
        } else {
            (isV4, self.bytes) = (false, bytes)
        }
    }

    init(_ bytes: [UInt8]) { (isV4, self.bytes) = (bytes.count == 4, bytes) }

    /// Nil for any other text, for one with a zone, and for one that writes an IPv4 address behind `::ffff:`.
    init?(_ text: String) {
        guard text.utf8.count <= 45 else { return nil }
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let bytes = Self.v6(text) else { return nil }
            self.init(v6: bytes)
            if isV4, text.utf8.contains(UInt8(ascii: ".")) { return nil }
        } else {
            guard let bytes = Self.v4(text[...]) else { return nil }
            self.init(v4: bytes)
        }
    }

    /// Four numbers without leading zeros.
    private static func v4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), part.utf8.count == 1 || part.utf8.first != 0x30,
                let byte = UInt8(part)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// Groups of up to four hexadecimal digits; one `::` for a run of zeros; an IPv4 address may be the end.
    private static func v6(_ text: String) -> [UInt8]? {
        let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        var sides: [[UInt8]] = []
        for (index, half) in halves.enumerated() {
            guard let bytes = groups(half, mayEndInV4: index == halves.count - 1) else { return nil }
            sides.append(bytes)
        }
        guard sides.count == 2 else { return sides[0].count == 16 ? sides[0] : nil }
        let missing = 16 - sides[0].count - sides[1].count
        guard missing >= 2 else { return nil }
        return sides[0] + [UInt8](repeating: 0, count: missing) + sides[1]
    }

    private static func groups(_ text: Substring, mayEndInV4: Bool) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if mayEndInV4, index == parts.count - 1, let v4 = v4(part) {
                bytes += v4
            } else {
                let isHexadecimal = part.unicodeScalars.allSatisfy { $0.isASCII && $0.properties.isASCIIHexDigit }
                guard isHexadecimal, (1...4).contains(part.utf8.count), let group = UInt16(part, radix: 16) else {
                    return nil
                }
                bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            }
        }
        return bytes
    }

    var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }
    var isLoopback: Bool { isV4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1 }
    var isMulticast: Bool { isV4 ? bytes[0] & 0xF0 == 0xE0 : bytes[0] == 0xFF }
    var isLinkLocalUnicast: Bool {
        isV4 ? bytes[0] == 169 && bytes[1] == 254 : bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
    }
    var isLinkLocalMulticast: Bool {
        isV4 ? Array(bytes[..<3]) == [224, 0, 0] : bytes[0] == 0xFF && bytes[1] & 0x0F == 0x02
    }
    /// Private addresses too; not the broadcast address.
    var isGlobalUnicast: Bool {
        !isUnspecified && !isLoopback && !isMulticast && !isLinkLocalUnicast && bytes != [255, 255, 255, 255]
    }
}

extension Address: CustomStringConvertible {
    /// As RFC 5952 writes it: lower case, the longest run of zero groups (of two at least; the first of equal ones) as `::`.
    var description: String {
        guard !isV4 else { return bytes.map { "\($0)" }.joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        var longest = 0..<0
        var start = 0
        while start < 8 {
            let end = groups[start...].firstIndex { $0 != 0 } ?? 8
            if end - start > max(longest.count, 1) { longest = start..<end }
            start = max(end, start + 1)
        }
        let texts = groups.map { String($0, radix: 16) }
        guard !longest.isEmpty else { return texts.joined(separator: ":") }
        return texts[..<longest.lowerBound].joined(separator: ":") + "::"
            + texts[longest.upperBound...].joined(separator: ":")
    }
}

/// An address with the length of the prefix that a network shares.
struct AddressBlock: Hashable, Sendable {
    let address: Address
    /// 0 to 32 or 128.
    let prefix: Int

    init(address: Address, prefix: Int) {
        self.address = address
        self.prefix = prefix
    }

    /// Nil for any text but an address, a slash, and a length without leading zeros.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = Address(String(parts[0])),
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), (1...3).contains(parts[1].utf8.count),
            parts[1] == "0" || parts[1].utf8.first != 0x30, let prefix = Int(parts[1]),
            prefix <= address.bytes.count * 8
        else { return nil }
        self.init(address: address, prefix: prefix)
    }

    /// With zeros behind the prefix.
    var masked: AddressBlock { AddressBlock(address: Self.masked(address, prefix), prefix: prefix) }

    func contains(_ other: Address) -> Bool {
        other.isV4 == address.isV4 && Self.masked(other, prefix) == Self.masked(address, prefix)
    }

    func contains(_ other: AddressBlock) -> Bool { prefix <= other.prefix && contains(other.address) }

    private static func masked(_ address: Address, _ prefix: Int) -> Address {
        Address(
            address.bytes.enumerated().map { index, byte in
                let bits = min(max(prefix - index * 8, 0), 8)
                return byte & UInt8(truncatingIfNeeded: 0xFF00 >> bits)
            })
    }
}

extension AddressBlock: CustomStringConvertible {
    var description: String { "\(address)/\(prefix)" }
}
