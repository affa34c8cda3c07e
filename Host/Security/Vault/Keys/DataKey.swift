import Crypto
package import PatchbayCore

/// A tenant's data key, opened. It seals credentials (AES-256 in GCM) and has no printed form.
///
/// A sealed value is: the version 2 (1 byte), the key's id (16), a random nonce (12), the ciphertext, the tag (16).
package struct DataKey: Sendable {
    static let size = 32
    private static let version: UInt8 = 2
    private static let headSize = 17

    package let id: DataKeyID
    private let key: SymmetricKey

    /// Throws `malformed` unless there are 32 bytes.
    init(id: DataKeyID, bytes: [UInt8]) throws(SecurityError) {
        guard bytes.count == Self.size else {
            throw SecurityError(
                code: .malformed, message: "the data key \(id) has \(bytes.count) bytes; \(Self.size) are needed")
        }
        self.id = id
        key = SymmetricKey(data: bytes)
    }

    /// A new random key, and its bytes to wrap.
    static func make(_ id: DataKeyID) throws(SecurityError) -> (key: DataKey, bytes: [UInt8]) {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        return (try DataKey(id: id, bytes: bytes), bytes)
    }

    /// Seals a value that opens only with the same binding.
    func seal(_ value: [UInt8], boundTo binding: [UInt8]) throws(SecurityError) -> SealedContent {
        SealedContent(
            try SealedBytes.seal(value, under: key, head: [Self.version] + Self.bytes(of: id), boundTo: binding),
            key: id)
    }

    func open(_ sealed: [UInt8], boundTo binding: [UInt8]) throws(SecurityError) -> [UInt8] {
        guard try Self.sealer(of: sealed) == id else { throw SealedBytes.damaged("another data key sealed it") }
        return try SealedBytes.open(sealed, under: key, headSize: Self.headSize, boundTo: binding)
    }

    /// The id of the key that sealed a value.
    static func sealer(of sealed: [UInt8]) throws(SecurityError) -> DataKeyID {
        try SealedBytes.check(sealed, headSize: headSize)
        guard sealed[0] == version else {
            throw SealedBytes.damaged("its version is \(sealed[0]); this host reads versions 1 and \(version)")
        }
        func half(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return DataKeyID(high: half(sealed[1..<9]), low: half(sealed[9..<headSize]))
    }

    private static func bytes(of id: DataKeyID) -> [UInt8] {
        [id.high, id.low].flatMap { half in
            stride(from: 56, through: 0, by: -8).map { UInt8(half >> UInt64($0) & 0xFF) }
        }
    }
}
