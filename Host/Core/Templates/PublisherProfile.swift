/// What a tenant that publishes templates says of itself to all others.
package struct PublisherProfile: Sendable, Equatable {
    /// A page elsewhere.
    package struct Link: Sendable, Equatable {
        package var title: String
        /// `https://…`
        package var address: String

        package init(title: String, address: String) {
            self.title = title
            self.address = address
        }
    }

    /// What listings say of it.
    package struct Reference: Sendable, Equatable {
        package var id: PublisherID
        package var name: String

        package init(id: PublisherID, name: String) {
            self.id = id
            self.name = name
        }
    }

    package static let mostLinks = 10

    /// What others call it by: the tenant's own id is nobody else's business.
    package var id: PublisherID
    package var tenant: TenantID
    /// Unique among all, whatever the case.
    package var name: String
    package var bio: String
    /// The address of a picture, `https://…`.
    package var avatar: String?
    package var links: [Link]
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: PublisherID, tenant: TenantID, name: String, bio: String = "", avatar: String? = nil, links: [Link] = [],
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.tenant = tenant
        self.name = name
        self.bio = bio
        self.avatar = avatar
        self.links = links
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
