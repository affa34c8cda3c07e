import ConnectorSDK
import Glibc

/// What can be read of base 64, whatever stands between.
func decodedBase64(_ text: some Sequence<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var (bits, count): (UInt32, Int) = (0, 0)
    for character in text {
        let value: UInt32
        switch character {
        case 0x41...0x5A: value = UInt32(character) - 0x41
        case 0x61...0x7A: value = UInt32(character) - 0x61 + 26
        case 0x30...0x39: value = UInt32(character) - 0x30 + 52
        case UInt8(ascii: "+"): value = 62
        case UInt8(ascii: "/"): value = 63
        default: continue
        }
        bits = bits << 6 | value
        count += 1
        if count == 4 {
            bytes += [UInt8(bits >> 16 & 0xFF), UInt8(bits >> 8 & 0xFF), UInt8(bits & 0xFF)]
            (bits, count) = (0, 0)
        }
    }
    if count == 3 { bytes += [UInt8(bits >> 10 & 0xFF), UInt8(bits >> 2 & 0xFF)] }
    if count == 2 { bytes.append(UInt8(bits >> 4 & 0xFF)) }
    return bytes
}

/// Quoted-printable (RFC 2045 §6.7); in headers, where `_` is a space, by RFC 2047.
func decodedQuotedPrintable(_ text: some Collection<UInt8>, inHeader: Bool = false) -> [UInt8] {
    let text = Array(text)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var position = 0
    while position < text.count {
        let byte = text[position]
        position += 1
        guard byte == UInt8(ascii: "=") else {
            bytes.append(inHeader && byte == UInt8(ascii: "_") ? 0x20 : byte)
            continue
        }
        // Spaces may have been added behind a soft line break on the way.
        var next = position
        while next < text.count, text[next] == 0x20 || text[next] == 0x09 || text[next] == 0x0D { next += 1 }
        if next < text.count, text[next] == 0x0A {
            position = next + 1
        } else if position + 1 < text.count, let high = text[position].hexDigit, let low = text[position + 1].hexDigit {
            bytes.append(high << 4 | low)
            position += 2
        } else if position < text.count {
            bytes.append(byte)
        }
    }
    return bytes
}

/// Text of bytes in the charset that somebody said they are in; what cannot be read is replaced.
func mailText(_ bytes: [UInt8], charset: String?) -> String {
    switch charset?.lowercased() {
    case "iso-8859-1", "latin1": return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    case nil, "utf-8", "utf8", "us-ascii", "ascii":
        return String(decoding: bytes, as: UTF8.self)
    case let name?: return converted(bytes, from: name) ?? String(decoding: bytes, as: UTF8.self)
    }
}

/// By the system's tables; nil when it has none for that name.
private func converted(_ bytes: [UInt8], from charset: String) -> String? {
    guard charset.utf8.count <= 40, charset.utf8.allSatisfy(\.isTokenByte),
        let tables = iconv_open("UTF-8", charset), tables != iconv_t(bitPattern: -1)
    else { return nil }
    defer { iconv_close(tables) }
    var source = bytes.map { CChar(bitPattern: $0) }
    var target = [CChar](repeating: 0, count: 4096)
    var result: [UInt8] = []
    source.withUnsafeMutableBufferPointer { source in
        var from = source.baseAddress
        var left = source.count
        while left > 0 {
            var isStuck = false
            target.withUnsafeMutableBufferPointer { target in
                var into = target.baseAddress
                var room = target.count
                let status = iconv(tables, &from, &left, &into, &room)
                result += target.prefix(target.count - room).map { UInt8(bitPattern: $0) }
                // Too little room is no matter.
                isStuck = status == UInt.max && errno != E2BIG
            }
            if isStuck {
                result += Array("\u{FFFD}".utf8)
                from = from.map { $0 + 1 }
                left -= 1
            }
        }
    }
    return String(decoding: result, as: UTF8.self)
}

extension UInt8 {
    var hexDigit: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }
}
