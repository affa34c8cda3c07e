package import PatchbayCore

/// The key-encryption keys that this host has: the one that new data keys are wrapped with, and older ones that still open
/// what they wrapped.
package struct KeyRing: Sendable {
    package let current: any KeyWrapper
    private let older: [any KeyWrapper]
    /// What sealed credentials before tenants had data keys.
    private let sealers: [SealingKey]

    /// - Parameter sealers: The installation's own keys, now and before. They are key-encryption keys as well.
    package init(current: any KeyWrapper, older: [any KeyWrapper] = [], sealers: [SealingKey] = []) {
        self.current = current
        self.older = older + sealers.map(LocalKeyWrapper.init)
        self.sealers = sealers
    }

    /// One key for everything.
    package init(_ key: SealingKey) { self.init(current: LocalKeyWrapper(key), sealers: [key]) }

    /// Ids of all its keys, the current one first.
    package var ids: [String] {
        ([current] + older).map(\.id).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    func unwrap(_ record: DataKeyRecord) async throws -> DataKey {
        try DataKey(id: record.id, bytes: try await bytes(of: record))
    }

    /// A data key as the current key-encryption key wraps it.
    func rewrap(_ record: DataKeyRecord) async throws -> [UInt8] {
        let bytes = try await bytes(of: record)
        // What is no key is not passed on.
        _ = try DataKey(id: record.id, bytes: bytes)
        return try await current.wrap(bytes, of: DataKeyPlace(tenant: record.tenant, key: record.id))
    }

    /// Whether it has the key that wrapped a data key.
    package func opens(_ record: DataKeyRecord) -> Bool { ids.contains(record.wrapper) }

    private func bytes(of record: DataKeyRecord) async throws -> [UInt8] {
        guard let wrapper = ([current] + older).first(where: { $0.id == record.wrapper }) else {
            throw SecurityError(
                code: .wrongKey,
                message: "the data key \(record.id) of \(record.tenant) is wrapped with the key \(record.wrapper), and "
                    + "this host has \(ids.joined(separator: ", ")). Give it that key too (PATCHBAY_OTHER_KEYS), or "
                    + "restore the file it was in")
        }
        return try await wrapper.unwrap(record.wrapped, of: DataKeyPlace(tenant: record.tenant, key: record.id))
    }

    /// Opens what one of the installation's own keys sealed.
    func open(_ sealed: [UInt8], boundTo binding: [UInt8]) throws(SecurityError) -> [UInt8] {
        let sealer = try SealingKey.sealer(of: sealed)
        guard let key = sealers.first(where: { $0.id == sealer }) else {
            let known = sealers.map { Hexadecimal.text($0.id) }.joined(separator: ", ")
            throw SecurityError(
                code: .wrongKey,
                message: "the value was sealed with the key \(Hexadecimal.text(sealer)), and this host has "
                    + (known.isEmpty ? "none" : known)
                    + ". Restore the key file it was sealed with, or name it in PATCHBAY_OTHER_KEYS")
        }
        return try key.open(sealed, boundTo: binding)
    }
}
