/// The texts that a secret commonly becomes. Each is then looked for in every way that single characters are written in:
/// `SecretPattern`.
enum SecretForms {
    static func all(of secret: String) -> [SecretPattern] {
        let bytes = Array(secret.utf8)
        let encoded = [standardAlphabet, urlAlphabet].flatMap { alphabet in
            // Whole, and as the middle of something longer, such as `user:password`, at each of the three places in a group.
            [base64(bytes, alphabet: alphabet)] + (0..<3).map { core(of: bytes, behind: $0, alphabet: alphabet) }
        }
        let hexadecimal = bytes.flatMap { [hexDigits[Int($0 >> 4)], hexDigits[Int($0 & 15)]] }
        let others =
            Set(encoded).filter { $0.count >= Redaction.shortest }
            .map { SecretPattern(String(decoding: $0, as: UTF8.self), .base64) }
        return [
            SecretPattern(secret, .text), SecretPattern(String(decoding: hexadecimal, as: UTF8.self), .hexadecimal),
        ] + others
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
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

    /// The characters that depend on these bytes alone, when `count` others stand before them in their group of three.
    private static func core(of bytes: [UInt8], behind count: Int, alphabet: [UInt8]) -> [UInt8] {
        let whole = base64([UInt8](repeating: 0, count: count) + bytes, alphabet: alphabet)
        let first = (count * 8 + 5) / 6
        let end = (count + bytes.count) * 8 / 6
        return first < end ? Array(whole[first..<end]) : []
    }
}
