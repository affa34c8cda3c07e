package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// Profiles of publishers in PostgreSQL.
package struct PostgresPublisherStore: PublisherStore {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func put(_ profile: PublisherProfile) async throws -> PublisherProfile {
        do {
            return try Self.profile(
                try await pool.rows(
                    Self.upsert,
                    [
                        .id(profile.tenant), .id(profile.id), .words(profile.name), .words(profile.bio),
                        .optional(profile.avatar, PostgresValue.words), .document(Self.json(profile.links)),
                        .moment(profile.createdAt), .moment(profile.updatedAt),
                    ]
                ).one())
        } catch let error as PostgresError where error.code == .uniqueViolation {
            throw PublisherNameTaken(name: profile.name)
        }
    }

    private static let upsert = """
        insert into publisher_profiles (owner_id, profile_id, name, bio, avatar, links, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (owner_id) do update set name = excluded.name, bio = excluded.bio, avatar = excluded.avatar,
            links = excluded.links, updated_at = excluded.updated_at
        returning *
        """

    package func profile(of tenant: TenantID) async throws -> PublisherProfile? {
        try await pool.rows(Self.selectOwn, [.id(tenant)]).first.map(Self.profile)
    }

    private static let selectOwn = "select * from publisher_profiles where owner_id = $1"

    package func profile(_ id: PublisherID) async throws -> PublisherProfile? {
        try await pool.rows(Self.select, [.id(id)]).first.map(Self.profile)
    }

    private static let select = "select * from publisher_profiles where profile_id = $1"

    private static func profile(_ row: PostgresRow) throws -> PublisherProfile {
        try PublisherProfile(
            id: row.id("profile_id"), tenant: row.id("owner_id"), name: row.text("name"), bio: row.text("bio"),
            avatar: row.present("avatar", row.text), links: links(row.document("links")),
            createdAt: row.moment("created_at"), updatedAt: row.moment("updated_at"))
    }

    private static func json(_ links: [PublisherProfile.Link]) -> JSON {
        .array(links.map { ["title": .string($0.title), "url": .string($0.address)] })
    }

    private static func links(_ stored: JSON) -> [PublisherProfile.Link] {
        (stored.array ?? []).compactMap { link in
            guard let title = link["title"]?.string, let address = link["url"]?.string else { return nil }
            return PublisherProfile.Link(title: title, address: address)
        }
    }
}
