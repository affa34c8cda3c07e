import Crypto
package import PatchbayCore

/// The key under which secrets are stored: AES-256 in GCM (NIST SP 800-38D).
///
/// A sealed value is: the version 1 (1 byte), the key's id (8), a random nonce (12), the ciphertext, the tag (16).
/// Version and id are authenticated, and so is what the value is bound to.
package struct SealingKey: Sendable {
    static let size = 32
    private static let version: UInt8 = 1
    private static let idSize = 8
    private static let headSize = 1 + idSize

    /// The first 8 bytes of the key's SHA-256: tells keys apart and gives nothing away.
    package let id: [UInt8]
    private let key: SymmetricKey
    /// What it does not open itself, one of these may.
    private var others: [SealingKey] = []

    /// Throws `malformed` unless there are 32 bytes.
    package init(bytes: [UInt8]) throws(SecurityError) {
        guard bytes.count == Self.size else {
            throw SecurityError(
                code: .malformed, message: "the key has \(bytes.count) bytes; \(Self.size) are needed")
        }
        id = Array(Digest.sha256(bytes).prefix(Self.idSize))
        key = SymmetricKey(data: bytes)
    }

    /// Reads 64 hexadecimal digits, or 32 bytes in base64. Throws `malformed`.
    package init(text: Secret) throws(SecurityError) {
        let text = text.reveal().filter { !$0.isWhitespace }
        guard let bytes = Hexadecimal.bytes(text) ?? Base64.bytes(text), bytes.count == Self.size else {
            throw SecurityError(
                code: .malformed, message: "the text is no key; a key is 64 hexadecimal digits, or 32 bytes in base64")
        }
        try self.init(bytes: bytes)
    }

    /// A new random key.
    package init() {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        id = Array(Digest.sha256(bytes).prefix(Self.idSize))
        key = SymmetricKey(data: bytes)
    }

    /// Seals a value that opens only with the same binding, such as the identity of its row.
    package func seal(_ value: [UInt8], boundTo binding: [UInt8]) throws(SecurityError) -> [UInt8] {
        try SealedBytes.seal(value, under: key, head: [Self.version] + id, boundTo: binding)
    }

    package func open(_ sealed: [UInt8], boundTo binding: [UInt8]) throws(SecurityError) -> [UInt8] {
        let sealer = try Self.sealer(of: sealed)
        if let other = others.first(where: { $0.id == sealer && sealer != id }) {
            return try other.open(sealed, boundTo: binding)
        }
        guard sealer == id else {
            throw SecurityError(
                code: .wrongKey,
                message: "the value was sealed with the key \(Hexadecimal.text(sealer)), but the key in use is "
                    + "\(Hexadecimal.text(id)). Restore the key file it was sealed with")
        }
        return try SealedBytes.open(sealed, under: key, headSize: Self.headSize, boundTo: binding)
    }

    /// Seals as it does, and opens what those others sealed too.
    package func opening(alsoOf others: [SealingKey]) -> SealingKey {
        var key = self
        key.others = others
        return key
    }

    /// Whether it sealed the value itself.
    package func isSealer(of sealed: [UInt8]) -> Bool { (try? Self.sealer(of: sealed)) == id }

    /// The id of the key that sealed a value.
    static func sealer(of sealed: [UInt8]) throws(SecurityError) -> [UInt8] {
        try SealedBytes.check(sealed, headSize: headSize)
        guard sealed[0] == version else {
            throw SealedBytes.damaged("its version is \(sealed[0]); this host reads version \(version)")
        }
        return Array(sealed[1..<headSize])
    }

    /// Whether the installation's own key sealed a value, and not a tenant's data key.
    static func hasSealed(_ sealed: [UInt8]) -> Bool { sealed.first == version }

    /// For the key file: 64 hexadecimal digits.
    var fileContent: [UInt8] { Array((Hexadecimal.text(key.withUnsafeBytes { Array($0) }) + "\n").utf8) }
}
