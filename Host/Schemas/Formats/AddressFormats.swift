/// Addresses of the internet protocol, as URIs have them (RFC 2673, 3.2; RFC 4291, 2.2).
enum AddressFormats {
    static func isIPv4(_ bytes: ArraySlice<UInt8>) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard 1...3 ~= part.count, part.allSatisfy(\.isASCIIDigit) else { return false }
                if part.count > 1, part.first == UInt8(ascii: "0") { return false }
                return part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
            }
    }

    static func isIPv6(_ bytes: ArraySlice<UInt8>) -> Bool {
        // The longest has 45.
        guard bytes.count <= 45 else { return false }
        let colon = UInt8(ascii: ":")
        guard let gap = bytes.indices.dropLast().first(where: { bytes[$0] == colon && bytes[$0 + 1] == colon }) else {
            return groups(bytes, endsAddress: true) == 8
        }
        guard let before = groups(bytes[..<gap], endsAddress: false),
            let after = groups(bytes[(gap + 2)...], endsAddress: true)
        else { return false }
        return before + after < 8
    }

    /// How many groups of 16 bits stand there; nil when something else does.
    private static func groups(_ bytes: ArraySlice<UInt8>, endsAddress: Bool) -> Int? {
        if bytes.isEmpty { return 0 }
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var count = 0
        for (number, part) in parts.enumerated() {
            if 1...4 ~= part.count, part.allSatisfy(\.isASCIIHexDigit) {
                count += 1
            } else if endsAddress, number == parts.count - 1, isIPv4(part) {
                count += 2
            } else {
                return nil
            }
        }
        return count
    }
}
