package import PatchbayCore

/// Whose data key is wrapped: what is wrapped opens only as the same key of the same tenant.
package struct DataKeyPlace: Sendable, Hashable {
    package var tenant: TenantID
    package var key: DataKeyID

    package init(tenant: TenantID, key: DataKeyID) {
        self.tenant = tenant
        self.key = key
    }
}

/// A key-encryption key, wherever it is kept.
package protocol KeyWrapper: Sendable {
    /// Names the key in the database and for people; holds no secret: `local:0123456789abcdef`, `aws-kms:arn:…`.
    var id: String { get }
    /// Throws `SecurityError`: `key-unavailable` when it cannot be reached now, `key-refused` when its keeper says no.
    func wrap(_ key: [UInt8], of place: DataKeyPlace) async throws -> [UInt8]
    func unwrap(_ wrapped: [UInt8], of place: DataKeyPlace) async throws -> [UInt8]
}

/// A key-encryption key that this host holds itself: from a file or the environment. It is told by the key, not by where it
/// came from, so a key that moves from a file into the environment stays the same.
package struct LocalKeyWrapper: KeyWrapper {
    let key: SealingKey

    package init(_ key: SealingKey) { self.key = key }

    package var id: String { "local:" + Hexadecimal.text(key.id) }

    package func wrap(_ key: [UInt8], of place: DataKeyPlace) async throws -> [UInt8] {
        try self.key.seal(key, boundTo: Self.binding(of: place))
    }

    package func unwrap(_ wrapped: [UInt8], of place: DataKeyPlace) async throws -> [UInt8] {
        try key.open(wrapped, boundTo: Self.binding(of: place))
    }

    private static func binding(of place: DataKeyPlace) -> [UInt8] {
        Array("data-key:\(place.tenant):\(place.key)".utf8)
    }
}
