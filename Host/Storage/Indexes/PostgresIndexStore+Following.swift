package import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// Following: what an index offers is replaced as a whole, in one transaction with how far following has come.
extension PostgresIndexStore {
    package func claim(at: Timestamp, until: Timestamp) async throws -> TemplateIndex? {
        try await pool.rows(Self.take, [.moment(at), .moment(until)]).first.map(IndexRows.index)
    }

    private static let take = """
        update template_indexes set claimed_until = $2
        where index_id = (
            select index_id from template_indexes
            where is_enabled and next_at <= $1 and (claimed_until is null or claimed_until <= $1)
            order by next_at limit 1 for update skip locked)
        returning \(IndexRows.columns)
        """

    package func store(
        _ progress: IndexProgress, next: Timestamp, of index: TemplateIndex, content: IndexContent?, at: Timestamp
    ) async throws -> Bool {
        try await pool.transaction { connection in
            // Whoever changes it waits for this, or this finds it changed.
            let row = try await connection.query(Self.lock, [.id(index.id), .moment(index.updatedAt)])
            guard !row.isEmpty else { return false }
            if let content { try await replace(content, of: index, at: at, over: connection) }
            _ = try await connection.query(
                Self.advance,
                [
                    .id(index.id), .optional(progress.title, PostgresValue.words),
                    .optional(progress.serial, PostgresValue.int), .optional(progress.digest, PostgresValue.words),
                    .optional(progress.etag, PostgresValue.words), .number(progress.templates),
                    .number(progress.connectors), .number(progress.failures),
                    .optional(progress.error) { failure in
                        .document(["code": .string(failure.code.rawValue), "message": .string(failure.message)])
                    }, .optional(progress.checkedAt, PostgresValue.moment),
                    .optional(progress.changedAt, PostgresValue.moment), .moment(next),
                ])
            return true
        }
    }

    private static let lock = """
        select 1 from template_indexes where index_id = $1 and updated_at = $2 and is_enabled for update
        """

    private static let advance = """
        update template_indexes set title = $2, serial = $3, digest = $4, etag = $5, templates = $6, connectors = $7,
            failures = $8, error = $9, checked_at = $10, changed_at = $11, next_at = $12, claimed_until = null
        where index_id = $1
        """

    private func replace(
        _ content: IndexContent, of index: TemplateIndex, at: Timestamp, over connection: PostgresConnection
    ) async throws {
        let own: PostgresValue = .id(index.id)
        let templates: PostgresValue = .document(.array(content.templates.map { Self.row($0, at: at) }))
        let connectors: PostgresValue = .document(.array(content.connectors.map(Self.row)))
        for (question, rows) in [(Self.selectChanged, templates), (Self.selectChangedConnector, connectors)] {
            if let changed = try await connection.query(question, [own, rows]).first {
                throw IndexFailure(
                    .versionChanged,
                    "The index offers \(try changed.text("label")) with other bytes than before. Its maker gives what is new "
                        + "another version.")
            }
        }
        _ = try await connection.query(Self.deleteUnwanted, [own, templates])
        _ = try await connection.query(Self.retractOthers, [own, templates])
        let prefix: PostgresValue = .words(index.listed(""))
        _ = try await connection.query(Self.upsertTemplates, [own, templates, prefix, .moment(at)])
        _ = try await connection.query("delete from index_connectors where index_id = $1", [own])
        _ = try await connection.query(Self.insertConnectors, [own, connectors])
        try await list(content.templates, of: index, at: at, over: connection)
    }

    /// What is listed is what the newest version says.
    private func list(
        _ templates: [IndexedTemplate], of index: TemplateIndex, at: Timestamp, over connection: PostgresConnection
    ) async throws {
        let newest = Dictionary(templates.map { ($0.name, $0) }) { $0.version > $1.version ? $0 : $1 }.values
            .sorted { $0.name < $1.name }
        let listings: PostgresValue = .document(.array(newest.map { Self.listing($0, of: index) }))
        let own: PostgresValue = .id(index.id)
        _ = try await connection.query(Self.unlistOthers, [own, listings, .moment(at)])
        _ = try await connection.query(Self.upsertListings, [own, listings, .words(index.name), .moment(at)])
        let texts = newest.flatMap { [$0.name, $0.title, $0.about, $0.author] + $0.tags + $0.connectors }
        try await TemplateWords.add(of: [index.name] + texts, over: connection)
    }

    // MARK: Rows as JSON

    private static func row(_ template: IndexedTemplate, at: Timestamp) -> JSON {
        [
            "name": .string(template.name), "version": .string(template.version.description),
            "file": .string(template.file.name), "sha256": .string(template.file.sha256),
            "size": .int(Int64(template.file.size)), "entry": template.entry,
            // Of the first version; others get the same one.
            "candidate": .string(TemplateID.new(at: at).uuid),
        ]
    }

    private static func row(_ connector: IndexedConnector) -> JSON {
        [
            "connector": .string(connector.connector), "version": .string(connector.version.description),
            "file": .string(connector.file.name), "sha256": .string(connector.file.sha256),
            "size": .int(Int64(connector.file.size)), "entry": connector.entry,
        ]
    }

    private static func listing(_ template: IndexedTemplate, of index: TemplateIndex) -> JSON {
        [
            "plain": .string(template.name), "name": .string(index.listed(template.name)),
            "title": .string(template.title),
            "about": .string(template.about), "author": .string(template.author),
            "category": .string(template.category),
            "tags": .array(template.tags.map(JSON.string)), "connectors": .array(template.connectors.map(JSON.string)),
            "version": .string(template.version.description),
        ]
    }

    private static let templateRows = """
        json_to_recordset($2) as e (
            name text, version text, file text, sha256 text, size bigint, entry json, candidate uuid)
        """

    private static let connectorRows = """
        json_to_recordset($2) as e (connector text, version text, file text, sha256 text, size bigint, entry json)
        """

    private static let listingRows = """
        json_to_recordset($2) as e (
            plain text, name text, title text, about text, author text, category text, tags json, connectors json,
            version text)
        """

    // MARK: Statements

    private static let selectChanged = """
        select 'the template ' || e.name || ' ' || e.version as label
        from \(templateRows) join index_templates t
            on t.index_id = $1 and t.name = e.name and t.version = e.version and t.sha256 <> e.sha256
        order by 1 limit 1
        """

    private static let selectChangedConnector = """
        select 'the connector ' || e.connector || ' ' || e.version as label
        from \(connectorRows) join index_connectors t
            on t.index_id = $1 and t.connector = e.connector and t.version = e.version and t.sha256 <> e.sha256
        order by 1 limit 1
        """

    /// What nobody has fetched leaves no trace; what somebody has stays, and its digest with it.
    private static let deleteUnwanted = """
        delete from index_templates t
        where index_id = $1 and document is null and not exists (
            select from \(templateRows) where e.name = t.name and e.version = t.version)
        """

    private static let retractOthers = """
        update index_templates t set is_offered = false
        where index_id = $1 and is_offered and not exists (
            select from \(templateRows) where e.name = t.name and e.version = t.version)
        """

    /// A template keeps its id for as long as the index is registered.
    private static let upsertTemplates = """
        insert into index_templates as t (
            index_id, name, version, template_id, file, sha256, size, entry, is_offered, seen_at)
        select $1, e.name, e.version,
            coalesce(l.template_id, first_value(e.candidate) over (partition by e.name order by e.version)),
            e.file, e.sha256, e.size, e.entry, true, $4
        from \(templateRows) left join template_listings l on l.name = $3 || e.name
        on conflict (index_id, name, version) do update
            set file = excluded.file, size = excluded.size, entry = excluded.entry, is_offered = true
        """

    private static let insertConnectors = """
        insert into index_connectors (index_id, connector, version, file, sha256, size, entry)
        select $1, e.connector, e.version, e.file, e.sha256, e.size, e.entry from \(connectorRows)
        """

    private static let unlistOthers = """
        update template_listings l set is_listed = false, updated_at = $3
        where publisher_id = $1 and is_listed and not exists (select from \(listingRows) where e.name = l.name)
        """

    private static let upsertListings = """
        insert into template_listings as l (
            template_id, publisher_id, name, title, about, author, category, tags, connectors, version, is_listed, index_name,
            published_at, updated_at, search)
        select t.template_id, $1, e.name, e.title, e.about, e.author, e.category,
            array(select json_array_elements_text(e.tags)), array(select json_array_elements_text(e.connectors)),
            e.version, true, $3, $4, $4,
            setweight(to_tsvector('english', $3 || ' ' || e.plain || ' ' || e.title), 'A')
            || setweight(to_tsvector('english', array_to_string(
                array(select json_array_elements_text(e.tags)) || array(select json_array_elements_text(e.connectors)),
                ' ')), 'B')
            || setweight(to_tsvector('english', e.about || ' ' || e.author), 'C')
        from \(listingRows) join index_templates t
            on t.index_id = $1 and t.name = e.plain and t.version = e.version
        on conflict (template_id) do update set title = excluded.title, about = excluded.about, author = excluded.author,
            category = excluded.category, tags = excluded.tags, connectors = excluded.connectors,
            version = excluded.version, is_listed = true, updated_at = excluded.updated_at, search = excluded.search
        where (l.title, l.about, l.author, l.category, l.tags, l.connectors, l.version, l.is_listed)
            is distinct from (excluded.title, excluded.about, excluded.author, excluded.category, excluded.tags,
                excluded.connectors, excluded.version, true)
        """
}
