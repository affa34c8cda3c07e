import Crypto

/// An Ed25519 key (RFC 8032) that packages are signed with. Its description shows the public half only.
package struct SigningKey: Sendable, CustomStringConvertible {
    private static let size = 32

    private let seed: [UInt8]

    /// A new one.
    package init() { seed = Array(Curve25519.Signing.PrivateKey().rawRepresentation) }

    /// Reads a private key: 32 bytes in base64, or PKCS #8 in PEM (RFC 8410), which OpenSSL writes.
    package init(text: String) throws(SecurityError) {
        let lines = text.split(whereSeparator: \.isNewline)
        let isPEM = lines.first?.hasPrefix("-----BEGIN PRIVATE KEY-----") == true
        let body = lines.filter { !$0.hasPrefix("-----") }.joined().filter { !$0.isWhitespace }
        guard let bytes = Base64.bytes(body) else { throw Self.malformed }
        if isPEM {
            guard bytes.starts(with: Self.prefix), bytes.count == Self.prefix.count + Self.size else {
                throw Self.malformed
            }
            seed = Array(bytes.suffix(Self.size))
        } else {
            guard bytes.count == Self.size else { throw Self.malformed }
            seed = bytes
        }
    }

    /// Reads a key's file, which nobody but its owner may read.
    package static func load(_ path: String) throws(SecurityError) -> SigningKey {
        guard let content = try PrivateFile(path: path).read() else {
            throw SecurityError(
                code: .unreadable, message: "there is no key file \(path); make one: patchbay connector keygen \(path)")
        }
        return try SigningKey(text: String(decoding: content, as: UTF8.self))
    }

    /// Writes the key to a new file with mode 0600. False when there is one already, which stays as it is.
    package func create(at path: String) throws(SecurityError) -> Bool {
        try PrivateFile(path: path).create(Array((Base64.text(seed) + "\n").utf8))
    }

    /// The public half, in base64: what a trust policy names.
    package var publicKey: String {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { return "" }
        return Base64.text(Array(key.publicKey.rawRepresentation))
    }

    /// A detached signature, 64 bytes in base64.
    package func signature(over message: [UInt8]) -> String {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
            let signature = try? key.signature(for: message)
        else { return "" }
        return Base64.text(Array(signature))
    }

    package var description: String { "key \(publicKey)" }

    /// The DER of a PKCS #8 Ed25519 key before its 32 bytes.
    private static let prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    private static let malformed = SecurityError(
        code: .malformed, message: "the file holds no Ed25519 private key: 32 bytes in base64, or PKCS #8 in PEM")
}
