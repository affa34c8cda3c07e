import Crypto

/// AES-256 in GCM (NIST SP 800-38D), laid out as: a head, a random nonce (12 bytes), the ciphertext, the tag (16). The head is
/// authenticated, and so is what the value is bound to.
enum SealedBytes {
    private static let nonceSize = 12
    private static let tagSize = 16

    static func seal(
        _ value: [UInt8], under key: SymmetricKey, head: [UInt8], boundTo binding: [UInt8]
    ) throws(SecurityError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(value, using: key, nonce: AES.GCM.Nonce(), authenticating: head + binding)
            return head + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
        } catch {
            throw SecurityError(code: .malformed, message: "the value cannot be sealed: \(error)")
        }
    }

    static func open(
        _ sealed: [UInt8], under key: SymmetricKey, headSize: Int, boundTo binding: [UInt8]
    ) throws(SecurityError) -> [UInt8] {
        try check(sealed, headSize: headSize)
        let head = Array(sealed[..<headSize])
        let (nonce, rest) = (sealed[headSize...].prefix(nonceSize), sealed.dropFirst(headSize + nonceSize))
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: nonce), ciphertext: rest.dropLast(tagSize), tag: rest.suffix(tagSize))
            return Array(try AES.GCM.open(box, using: key, authenticating: head + binding))
        } catch {
            throw damaged("it was changed, or belongs to another row")
        }
    }

    /// Throws when there is not even room for an empty value.
    static func check(_ sealed: [UInt8], headSize: Int) throws(SecurityError) {
        guard sealed.count >= headSize + nonceSize + tagSize else { throw damaged("it has only \(sealed.count) bytes") }
    }

    static func damaged(_ why: String) -> SecurityError {
        SecurityError(
            code: .damaged,
            message: "a sealed value cannot be opened: \(why). Restore it from a backup, or enter it anew")
    }
}
