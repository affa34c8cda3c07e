import Crypto

/// The key under which secrets are stored: AES-256 in GCM (NIST SP 800-38D).
///
/// A sealed value is: the version 1 (1 byte), the key's id (8), a random nonce (12), the ciphertext, the tag (16).
/// Version and id are authenticated, and so is what the value is bound to.
package struct SealingKey: Sendable {
    static let size = 32
    private static let version: UInt8 = 1
    private static let idSize = 8
    private static let nonceSize = 12
    private static let tagSize = 16
    private static let headSize = 1 + idSize

    /// The first 8 bytes of the key's SHA-256: tells keys apart and gives nothing away.
    package let id: [UInt8]
    private let key: SymmetricKey

    /// Throws `malformed` unless there are 32 bytes.
    package init(bytes: [UInt8]) throws(SecurityError) {
        guard bytes.count == Self.size else {
            throw SecurityError(
                code: .malformed, message: "the key has \(bytes.count) bytes; \(Self.size) are needed")
        }
        id = Array(Digest.sha256(bytes).prefix(Self.idSize))
        key = SymmetricKey(data: bytes)
    }

    /// A new random key.
    package init() {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        id = Array(Digest.sha256(bytes).prefix(Self.idSize))
        key = SymmetricKey(data: bytes)
    }

    /// Seals a value that opens only with the same binding, such as the identity of its row.
    package func seal(_ value: [UInt8], boundTo binding: [UInt8]) throws(SecurityError) -> [UInt8] {
        let head = [Self.version] + id
        do {
            let box = try AES.GCM.seal(value, using: key, nonce: AES.GCM.Nonce(), authenticating: head + binding)
            return head + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
        } catch {
            throw SecurityError(code: .malformed, message: "the value cannot be sealed: \(error)")
        }
    }

    package func open(_ sealed: [UInt8], boundTo binding: [UInt8]) throws(SecurityError) -> [UInt8] {
        guard sealed.count >= Self.headSize + Self.nonceSize + Self.tagSize else {
            throw damaged("it has only \(sealed.count) bytes")
        }
        guard sealed[0] == Self.version else {
            throw damaged("its version is \(sealed[0]); this host reads version \(Self.version)")
        }
        let head = Array(sealed[..<Self.headSize])
        let sealer = Array(head.dropFirst())
        guard sealer == id else {
            throw SecurityError(
                code: .wrongKey,
                message: "the value was sealed with the key \(Hexadecimal.text(sealer)), but the key in use is "
                    + "\(Hexadecimal.text(id)). Restore the key file it was sealed with")
        }
        let (nonce, rest) = (
            sealed[Self.headSize...].prefix(Self.nonceSize), sealed.dropFirst(Self.headSize + Self.nonceSize)
        )
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: nonce), ciphertext: rest.dropLast(Self.tagSize),
                tag: rest.suffix(Self.tagSize))
            return Array(try AES.GCM.open(box, using: key, authenticating: head + binding))
        } catch {
            throw damaged("it was changed, or belongs to another row")
        }
    }

    /// For the key file: 64 hexadecimal digits.
    var fileContent: [UInt8] { Array((Hexadecimal.text(key.withUnsafeBytes { Array($0) }) + "\n").utf8) }

    private func damaged(_ why: String) -> SecurityError {
        SecurityError(
            code: .damaged,
            message: "a sealed value cannot be opened: \(why). Restore it from a backup, or enter it anew")
    }
}
