/// Archives as no well-meaning program writes them, byte by byte.
package struct HostileArchive {
    /// A tar's entries: a header block each, and the content padded to blocks of 512 bytes.
    package private(set) var tar: [UInt8] = []

    package init() {}

    /// - Parameters:
    ///   - type: `0` for a file, `1` a hard link, `2` a symbolic link, `3` a device, `5` a folder, `6` a pipe.
    ///   - size: What the header says; the content's, unless told otherwise.
    package mutating func add(
        _ name: String, _ content: [UInt8] = [], type: Character = "0", link: String = "", size: Int? = nil
    ) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        put(String(name.prefix(100)), at: 0)
        put("0000644\0", at: 100)
        put("0000000\0", at: 108)
        put("0000000\0", at: 116)
        put(octal(size ?? content.count) + "\0", at: 124)
        put("00000000000\0", at: 136)
        put("        ", at: 148)
        put(String(type), at: 156)
        put(String(link.prefix(100)), at: 157)
        put("ustar\u{0}00", at: 257)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(String(octal(sum).suffix(6)) + "\0 ", at: 148)
        tar += header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    private func octal(_ number: Int) -> String {
        let digits = String(number, radix: 8)
        return String(repeating: "0", count: max(0, 11 - digits.count)) + digits
    }

    /// With the end mark, in gzip.
    package var bytes: [UInt8] { Self.gzip(tar + [UInt8](repeating: 0, count: 1_024)) }

    /// A gzip member (RFC 1952) whose blocks are stored as they are (RFC 1951, 3.2.4).
    package static func gzip(_ content: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        var rest = content[...]
        repeat {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(block.count)
            let length = UInt16(block.count)
            bytes.append(rest.isEmpty ? 1 : 0)
            for number in [length, ~length] { bytes += [UInt8(number & 255), UInt8(number >> 8)] }
            bytes += block
        } while !rest.isEmpty
        for number in [crc(content), UInt32(truncatingIfNeeded: content.count)] {
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        return bytes
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(($0 ^ UInt32($1)) & 255)] }
    }
}
