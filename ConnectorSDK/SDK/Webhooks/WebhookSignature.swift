/// What vendors sign deliveries with, for those who verify them.
public enum WebhookSignature {
    /// HMAC with SHA-256 (RFC 2104, FIPS 180-4) of a message, 32 bytes.
    public static func hmacSHA256(_ message: [UInt8], secret: String) -> [UInt8] {
        var key = Array(secret.utf8)
        if key.count > SHA256.block { key = SHA256.digest(of: key) }
        key += [UInt8](repeating: 0, count: SHA256.block - key.count)
        return SHA256.digest(of: key.map { $0 ^ 0x5c } + SHA256.digest(of: key.map { $0 ^ 0x36 } + message))
    }

    /// Whether `claimed`, in hexadecimal digits of either case, is the HMAC with SHA-256 of a message. Takes as long whichever
    /// digit is wrong.
    public static func isHMACSHA256(_ claimed: some StringProtocol, of message: [UInt8], secret: String) -> Bool {
        guard let bytes = bytes(claimed) else { return false }
        return areEqual(bytes, hmacSHA256(message, secret: secret))
    }

    /// Compares without telling by the time that it takes where two differ; only whether they are as long.
    public static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        guard a.count == b.count else { return false }
        var difference: UInt8 = 0
        for (left, right) in zip(a, b) { difference |= left ^ right }
        return difference == 0
    }

    private static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}
