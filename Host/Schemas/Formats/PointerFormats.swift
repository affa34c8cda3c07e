/// Pointers into JSON (RFC 6901 and its relative form), and UUIDs (RFC 4122).
enum PointerFormats {
    static func isPointer(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first else { return true }
        guard first == UInt8(ascii: "/") else { return false }
        for (place, byte) in zip(bytes.indices, bytes) where byte == UInt8(ascii: "~") {
            guard place + 1 < bytes.endIndex, "01".utf8.contains(bytes[place + 1]) else { return false }
        }
        return true
    }

    static func isRelativePointer(_ bytes: ArraySlice<UInt8>) -> Bool {
        let levels = bytes.prefix { $0.isASCIIDigit }
        let rest = bytes.dropFirst(levels.count)
        guard let first = levels.first, first != UInt8(ascii: "0") || levels.count == 1 else { return false }
        return rest.elementsEqual("#".utf8) || isPointer(rest)
    }

    static func isUUID(_ bytes: ArraySlice<UInt8>) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return parts.map(\.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.allSatisfy(\.isASCIIHexDigit) }
    }
}
