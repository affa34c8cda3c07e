import PatchbayCore
import PatchbayPostgres

extension PostgresTemplateStore {
    /// Puts a version on the list; the list says what the newest version says.
    func list(_ change: SubmissionChange, over connection: PostgresConnection) async throws {
        let listing = change.listing
        let present = try await connection.query(Self.selectPresent, [.id(listing.id)]).first
        if let present, try present.bool("is_listed"),
            try TemplateRows.version("version", present) > change.version.version
        {
            return
        }
        _ = try await connection.query(
            Self.upsertListing,
            [
                .id(listing.id), .id(listing.publisher), .words(listing.name), .words(listing.title),
                .words(listing.about), .words(listing.author), .words(listing.category),
                .array(.text, listing.tags.map(PostgresValue.words)),
                .array(.text, listing.connectors.map(PostgresValue.words)),
                .words(change.version.version.description), .moment(change.at),
            ])
        let texts = [listing.name, listing.title, listing.about, listing.author] + listing.tags + listing.connectors
        try await TemplateWords.add(of: texts, over: connection)
    }

    /// Takes a version off the list; the newest of those that stay is offered then, and none when none stays.
    func unlist(_ change: SubmissionChange, over connection: PostgresConnection) async throws {
        let rows = try await connection.query(Self.selectPublished, [.id(change.version.template)])
        let newest = try rows.map { try TemplateRows.version("version", $0) }.max()
        _ = try await connection.query(
            Self.updateListed,
            [
                .id(change.version.template), .optional(newest?.description, PostgresValue.words), .moment(change.at),
            ])
    }

    private static let selectPresent = """
        select version, is_listed from template_listings where template_id = $1 for update
        """

    private static let upsertListing = """
        insert into template_listings (
            template_id, publisher_id, name, title, about, author, category, tags, connectors, version, is_listed,
            published_at, updated_at, search)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, true, $11, $11,
            setweight(to_tsvector('english', $3 || ' ' || $4), 'A')
            || setweight(to_tsvector('english', array_to_string($8::text[] || $9::text[], ' ')), 'B')
            || setweight(to_tsvector('english', $5 || ' ' || $6), 'C'))
        on conflict (template_id) do update set name = excluded.name, title = excluded.title, about = excluded.about,
            author = excluded.author, category = excluded.category, tags = excluded.tags,
            connectors = excluded.connectors, version = excluded.version, is_listed = true,
            updated_at = excluded.updated_at, search = excluded.search
        """

    private static let selectPublished = """
        select version from template_submissions where template_id = $1 and state = 'published'
        """

    private static let updateListed = """
        update template_listings set is_listed = $2::text is not null, version = coalesce($2, version), updated_at = $3
        where template_id = $1
        """
}
