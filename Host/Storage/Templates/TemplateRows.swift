import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// Templates and their listings as rows.
enum TemplateRows {
    /// Of a version `v` with its submission `s`, if any.
    static let columns = """
        v.template_id, v.tenant_id, v.version, v.document, v.created_by, v.created_at, s.state, s.is_held, s.reasons, \
        s.submitted_by, s.submitted_at, s.decided_by, s.decided_at
        """

    static func version(_ row: PostgresRow) throws -> TemplateVersion {
        try TemplateVersion(
            template: row.id("template_id"), tenant: row.id("tenant_id"), version: version("version", row),
            document: row.document("document"), createdBy: row.text("created_by"), createdAt: row.moment("created_at"),
            submission: row.present("state", row.text) == nil ? nil : submission(row))
    }

    static func submission(_ row: PostgresRow) throws -> TemplateSubmission {
        try TemplateSubmission(
            state: row.word("state"), isHeld: row.bool("is_held"), reasons: row.text("reasons"),
            submittedBy: row.text("submitted_by"), submittedAt: row.moment("submitted_at"),
            decidedBy: row.present("decided_by", row.text), decidedAt: row.optionalMoment("decided_at"))
    }

    static let listingColumns = """
        template_id, publisher_id as tenant_id, name, title, about, author, category, to_json(tags) as tags, \
        to_json(connectors) as connectors, version, active, installs, deprecation, index_name, published_at, updated_at, \
        reviews, stars, score, (select json_build_object('id', p.profile_id, 'name', p.name) from publisher_profiles p \
        where p.owner_id = publisher_id) as profile
        """

    static func listing(_ row: PostgresRow) throws -> TemplateListing {
        try TemplateListing(
            id: row.id("template_id"), publisher: row.id("tenant_id"), profile: profile(row), name: row.text("name"),
            title: row.text("title"),
            about: row.text("about"), author: row.text("author"), category: row.text("category"),
            tags: words("tags", row), connectors: words("connectors", row), version: version("version", row),
            active: row.number("active"), installs: row.number("installs"),
            rating: TemplateRating(reviews: row.number("reviews"), stars: row.number("stars")),
            deprecation: row.present("deprecation", row.text), index: row.present("index_name", row.text),
            publishedAt: row.moment("published_at"),
            updatedAt: row.moment("updated_at"))
    }

    private static func profile(_ row: PostgresRow) throws -> PublisherProfile.Reference? {
        guard try row.present("profile", row.json) != nil else { return nil }
        let profile = try row.document("profile")
        guard let name = profile["name"]?.string, let id = profile["id"]?.string.flatMap({ PublisherID(uuid: $0) })
        else { throw StorageError(description: "column profile holds what this version does not know") }
        return PublisherProfile.Reference(id: id, name: name)
    }

    static func version(_ column: String, _ row: PostgresRow) throws -> Version {
        guard let version = Version(try row.text(column)) else {
            throw StorageError(description: "column \(column) holds no version")
        }
        return version
    }

    private static func words(_ column: String, _ row: PostgresRow) throws -> [String] {
        (try row.document(column).array ?? []).compactMap(\.string)
    }
}
