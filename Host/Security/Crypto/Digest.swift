import Crypto
import Glibc

/// SHA-256 (FIPS 180-4), HMAC with it (RFC 2104), and comparison that tells nothing by its time.
package enum Digest {
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: bytes))
    }

    /// 64 digits in lower case.
    package static func sha256Hex(_ bytes: [UInt8]) -> String {
        Hexadecimal.text(sha256(bytes))
    }

    /// Of a file's content, read in pieces: 64 digits in lower case, and the number of bytes.
    package static func sha256Hex(ofFile path: String) throws(SecurityError) -> (hex: String, size: Int) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        return try sha256Hex(ofDescriptor: descriptor, path: path)
    }

    /// Of an open file, from its present position to its end. `path` is for messages.
    package static func sha256Hex(
        ofDescriptor descriptor: Int32, path: String
    ) throws(SecurityError) -> (hex: String, size: Int) {
        var hasher = SHA256()
        var size = 0
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            guard count > 0 else { break }
            chunk.withUnsafeBytes { hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            size += count
        }
        return (Hexadecimal.text(hasher.finalize()), size)
    }

    package static func hmacSHA256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    }

    /// 64 digits in lower case.
    package static func hmacSHA256Hex(_ message: [UInt8], key: [UInt8]) -> String {
        Hexadecimal.text(hmacSHA256(message, key: key))
    }

    /// Whether both are the same, in a time that depends on their lengths only.
    package static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        // Digests compare in constant time.
        SHA256.hash(data: a) == SHA256.hash(data: b)
    }

    private static func unreadable(_ path: String) -> SecurityError {
        SecurityError(code: .unreadable, message: "\(path) cannot be read: \(String(cString: strerror(errno)))")
    }
}
