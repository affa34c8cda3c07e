import Crypto

/// The public half of an Ed25519 key (RFC 8032), for checking who made a package.
package struct SignatureKey: Sendable, Hashable, CustomStringConvertible {
    private static let size = 32
    private static let signatureSize = 64

    private let bytes: [UInt8]

    /// Reads 32 bytes in base64.
    package init(base64 text: String) throws(SecurityError) {
        guard let bytes = Base64.bytes(text), bytes.count == Self.size else {
            throw SecurityError(
                code: .malformed, message: "the public key is not \(Self.size) bytes in base64 with padding")
        }
        guard (try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)) != nil else {
            throw SecurityError(code: .malformed, message: "the public key is no Ed25519 key")
        }
        self.bytes = bytes
    }

    /// 32 bytes in base64, as it is read.
    package var base64: String { Base64.text(bytes) }

    /// Whether a detached signature, 64 bytes in base64, is this key's for the message. False also for what is no
    /// signature.
    package func hasSigned(_ message: [UInt8], signature text: String) -> Bool {
        guard let signature = Base64.bytes(text), signature.count == Self.signatureSize,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        else { return false }
        return key.isValidSignature(signature, for: message)
    }

    /// The first 8 bytes of its SHA-256, in hexadecimal: for lists and messages.
    package var description: String { Hexadecimal.text(Digest.sha256(bytes).prefix(8)) }
}
