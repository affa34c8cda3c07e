import PatchbayJSON

/// The ways in which a secret commonly stands in a text.
enum SecretForms {
    static func all(of secret: String) -> [[UInt8]] {
        let standard = base64(Array(secret.utf8), alphabet: standardAlphabet)
        let urlSafe = base64(Array(secret.utf8), alphabet: urlAlphabet)
        let encoded = PercentEncoding.encode(secret)
        let lowerCase = lowerCaseEscapes(encoded)
        return [
            Array(secret.utf8), standard, standard + padding(standard), urlSafe, urlSafe + padding(urlSafe),
            Array(encoded.utf8), Array(lowerCase.utf8), form(encoded), form(lowerCase),
            // Without the quotes around it.
            Array(JSON.string(secret).bytes().dropFirst().dropLast()),
        ].filter { $0.count >= Redaction.shortest }
    }

    private static let standardAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// RFC 4648, 4 and 5, without padding.
    private static func base64(_ bytes: [UInt8], alphabet: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = 0
            for offset in 0..<3 { bits = bits << 8 | (offset < group.count ? Int(group[start + offset]) : 0) }
            for digit in 0...group.count { text.append(alphabet[bits >> (18 - 6 * digit) & 63]) }
        }
        return text
    }

    private static func padding(_ text: [UInt8]) -> [UInt8] {
        [UInt8](repeating: UInt8(ascii: "="), count: (4 - text.count % 4) % 4)
    }

    private static func lowerCaseEscapes(_ text: String) -> String {
        var bytes = Array(text.utf8)
        for index in bytes.indices where bytes[index] == UInt8(ascii: "%") {
            for digit in index + 1...index + 2 where (65...70).contains(bytes[digit]) { bytes[digit] += 32 }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// As forms are sent: a space is a plus sign.
    private static func form(_ encoded: String) -> [UInt8] {
        Array(encoded.split(separator: "%20", omittingEmptySubsequences: false).joined(separator: "+").utf8)
    }
}
