/// What tenants that publish templates say of themselves. Of the whole installation.
package protocol PublisherStore: Sendable {
    /// Stores a tenant's profile, or changes it; it keeps its id and when it was made. Throws `PublisherNameTaken`.
    func put(_ profile: PublisherProfile) async throws -> PublisherProfile
    func profile(of tenant: TenantID) async throws -> PublisherProfile?
    func profile(_ id: PublisherID) async throws -> PublisherProfile?
}

/// Another publisher has the name, in this case or another.
package struct PublisherNameTaken: Error, Equatable, Sendable {
    package var name: String

    package init(name: String) { self.name = name }
}
