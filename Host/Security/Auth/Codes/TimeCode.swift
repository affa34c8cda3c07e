package import PatchbayCore

/// One-time codes that a phone shows (TOTP, RFC 6238): HMAC-SHA-1 as all authenticator apps have it, 6 digits, 30
/// seconds.
package enum TimeCode {
    private static let step: Int64 = 30_000
    /// How many steps the phone's clock may be off, each way (RFC 6238, 5.2).
    private static let drift: Int64 = 1
    private static let digits = 6

    /// A new secret: 20 bytes, as RFC 4226 (4) recommends.
    package static func newSecret() -> [UInt8] { RandomBytes.make(20) }

    /// The step that the code is of; nil when it is wrong, or of a step that was used already. Whoever stores the
    /// answer as `after` makes each code good for once.
    package static func step(of code: String, secret: [UInt8], at now: Timestamp, after used: Int64?) -> Int64? {
        let code = code.filter { $0 != " " }
        guard code.utf8.count == digits, code.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let current = now.milliseconds / step
        var found: Int64?
        // All are compared, so that the time tells nothing.
        for candidate in (current - drift)...(current + drift) where candidate >= 0 {
            let isRight = Digest.areEqual(
                Array(Self.code(secret: secret, step: candidate, digits: digits).utf8), Array(code.utf8))
            if isRight, candidate > used ?? -1 { found = candidate }
        }
        return found
    }

    /// What an app shows.
    package static func current(secret: [UInt8], at now: Timestamp) -> String {
        code(secret: secret, step: now.milliseconds / step, digits: digits)
    }

    /// For an authenticator app: https://github.com/google/google-authenticator/wiki/Key-Uri-Format
    package static func address(secret: [UInt8], account: String, issuer: String) -> String {
        let (account, issuer) = (escaped(account), escaped(issuer))
        return "otpauth://totp/\(issuer):\(account)?secret=\(Base32.text(secret))&issuer=\(issuer)"
            + "&algorithm=SHA1&digits=\(digits)&period=\(step / 1_000)"
    }

    /// RFC 4226, 5.3.
    static func code(secret: [UInt8], step: Int64, digits: Int) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * $0)) }
        let hash = Digest.hmacSHA1(counter, key: secret)
        let offset = Int(hash[19] & 15)
        let value = hash[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF
        let modulus = (0..<digits).reduce(1) { product, _ in product * 10 }
        let text = String(value % modulus)
        return String(repeating: "0", count: digits - text.utf8.count) + text
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                String(Character(Unicode.Scalar(byte)))
            default: "%" + Hexadecimal.text([byte]).uppercased()
            }
        }.joined()
    }
}
