/// A tenant's data key as it is stored: wrapped by a key-encryption key, which the store does not have.
package struct DataKeyRecord: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable {
        /// New content is sealed with it. A tenant has one at most.
        case current
        /// It opens what it sealed.
        case retired
    }

    package var id: DataKeyID
    package var tenant: TenantID
    package var state: State
    /// Names the key-encryption key: `local:0123456789abcdef`, `aws-kms:arn:…`.
    package var wrapper: String
    package var wrapped: [UInt8]
    package var createdAt: Timestamp
    /// When it was last wrapped.
    package var wrappedAt: Timestamp
    package var retiredAt: Timestamp?

    package init(
        id: DataKeyID, tenant: TenantID, state: State = .current, wrapper: String, wrapped: [UInt8],
        createdAt: Timestamp, wrappedAt: Timestamp, retiredAt: Timestamp? = nil
    ) {
        self.id = id
        self.tenant = tenant
        self.state = state
        self.wrapper = wrapper
        self.wrapped = wrapped
        self.createdAt = createdAt
        self.wrappedAt = wrappedAt
        self.retiredAt = retiredAt
    }
}

/// What was to be stored is sealed with a data key that is not the tenant's current one any more. Nothing was stored; it is
/// to be sealed anew.
package struct StaleDataKey: Error, Sendable, Equatable {
    package init() {}
}

/// Tenants' data keys. Any number of hosts use it at the same time.
package protocol DataKeyStore: Sendable {
    /// Nil before the tenant has its first.
    func currentKey(in tenant: TenantID) async throws -> DataKeyRecord?
    func key(_ id: DataKeyID, in tenant: TenantID) async throws -> DataKeyRecord?
    /// Oldest first.
    func keys(in tenant: TenantID) async throws -> [DataKeyRecord]
    /// Makes a key the tenant's current one, in place of `replaced` (nil: of none), which is retired. Answers the current key
    /// as it is then: another one when somebody was quicker.
    func add(_ key: DataKeyRecord, replacing replaced: DataKeyID?) async throws -> DataKeyRecord
    /// Replaces how a key is wrapped. False when it is not wrapped as expected any more.
    func rewrap(
        _ id: DataKeyID, in tenant: TenantID, expecting: [UInt8], wrapper: String, wrapped: [UInt8], at: Timestamp
    ) async throws -> Bool
    /// Deletes keys that were retired before the moment and that nothing is sealed with. How many.
    func deleteUnused(retiredBefore moment: Timestamp, in tenant: TenantID) async throws -> Int
    /// How many credentials a key sealed; nil: the installation's own key, before tenants had theirs.
    func sealedCounts(in tenant: TenantID) async throws -> [DataKeyID?: Int]
}
