package import PatchbayCore
package import PatchbayJSON
package import PatchbayPostgres

/// Indexes that the installation follows, in PostgreSQL.
package struct PostgresIndexStore: IndexStore {
    let pool: PostgresPool

    /// So many that nobody reads them one by one are none that somebody chose.
    private static let most = 50

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func create(_ index: TemplateIndex) async throws {
        do {
            let count = try await pool.rows(
                Self.insert,
                [
                    .id(index.id), .words(index.name), .words(index.url), .words(index.key), .bool(index.isEnabled),
                    .int(index.interval), .moment(index.nextAt), .words(index.createdBy), .moment(index.createdAt),
                    .number(Self.most),
                ]
            ).affected
            guard count > 0 else { throw IndexConflict.tooMany(Self.most) }
        } catch let error as PostgresError where error.code == .uniqueViolation {
            throw IndexConflict.nameTaken(index.name)
        }
    }

    private static let insert = """
        insert into template_indexes (
            index_id, name, url, key, is_enabled, interval_ms, next_at, created_by, created_at, updated_at)
        select $1, $2, $3, $4, $5, $6, $7, $8, $9, $9
        where (select count(*) from template_indexes) < $10
        """

    package func indexes() async throws -> [TemplateIndex] {
        try await pool.rows("select \(IndexRows.columns) from template_indexes order by name", [])
            .map(IndexRows.index)
    }

    package func index(_ id: IndexID) async throws -> TemplateIndex? {
        try await pool.rows("select \(IndexRows.columns) from template_indexes where index_id = $1", [.id(id)])
            .first.map(IndexRows.index)
    }

    package func index(named name: String) async throws -> TemplateIndex? {
        try await pool.rows("select \(IndexRows.columns) from template_indexes where name = $1", [.words(name)])
            .first.map(IndexRows.index)
    }

    package func hurry(_ id: IndexID, at: Timestamp) async throws -> TemplateIndex? {
        try await pool.rows(Self.advance, [.id(id), .moment(at)]).first.map(IndexRows.index)
    }

    private static let advance = """
        update template_indexes set next_at = least(next_at, $2) where index_id = $1
        returning \(IndexRows.columns)
        """

    package func change(_ id: IndexID, _ change: IndexChange, at: Timestamp) async throws -> TemplateIndex? {
        try await pool.transaction { connection in
            let row = try await connection.query(
                Self.update,
                [
                    .id(id), .optional(change.url, PostgresValue.words), .optional(change.key, PostgresValue.words),
                    .optional(change.isEnabled, PostgresValue.bool), .optional(change.interval, PostgresValue.int),
                    .moment(at),
                ]
            ).first
            guard let index = try row.map(IndexRows.index) else { return nil }
            if !index.isEnabled { _ = try await connection.query(Self.unlist, [.id(id), .moment(at)]) }
            return index
        }
    }

    /// What is enabled again has to be listed again, so it is taken anew; another place or key is another history.
    private static let update = """
        update template_indexes set url = coalesce($2, url), key = coalesce($3, key), is_enabled = coalesce($4, is_enabled),
            interval_ms = coalesce($5, interval_ms), next_at = $6, claimed_until = null, updated_at = $6,
            etag = null, digest = null,
            serial = case when coalesce($2, url) = url and coalesce($3, key) = key then serial end,
            title = case when coalesce($2, url) = url and coalesce($3, key) = key then title end,
            error = null, failures = 0
        where index_id = $1
        returning \(IndexRows.columns)
        """

    private static let unlist = """
        update template_listings set is_listed = false, updated_at = $2 where publisher_id = $1 and is_listed
        """

    package func remove(_ id: IndexID, at: Timestamp) async throws -> Bool {
        try await pool.transaction { connection in
            _ = try await connection.query(Self.retire, [.id(id), .moment(at)])
            return try await connection.query("delete from template_indexes where index_id = $1", [.id(id)]).affected
                > 0
        }
    }

    /// The rows stay for their numbers. Their names are free for an index that is called the same and is another one.
    private static let retire = """
        update template_listings set is_listed = false, updated_at = $2, name = name || '#' || template_id
        where publisher_id = $1 and index_name is not null
        """

    package func connectors(of id: IndexID, page: PageRequest) async throws -> Page<IndexedConnector> {
        let rows = try await pool.rows(Self.listConnectors, [.id(id), page.numericCursor(), page.reach])
        return try page.page(of: rows) { (try IndexRows.connector($0), cursor: String(try $0.int("place"))) }
    }

    private static let listConnectors = """
        select * from (
            select connector, version, file, sha256, size, entry,
                row_number() over (order by connector, version) as place
            from index_connectors where index_id = $1
        ) listed
        where $2::bigint is null or place > $2
        order by place limit $3
        """

    // MARK: Bundles

    package func release(of template: TemplateID, version: Version) async throws -> IndexedRelease? {
        try await pool.rows(Self.selectRelease, [.id(template), .words(version.description)]).first.map { row in
            IndexedRelease(
                index: try IndexRows.index(row), name: try row.text("template"), version: version,
                file: try IndexRows.file(row))
        }
    }

    private static let selectRelease = """
        select \(IndexRows.columns), t.template, t.file, t.sha256, t.size
        from template_indexes join (
            select index_id, name as template, file, sha256, size from index_templates
            where template_id = $1 and version = $2 and is_offered
        ) t using (index_id)
        where is_enabled
        """

    package func keep(_ document: JSON, of template: TemplateID, version: Version, sha256: String) async throws {
        _ = try await pool.rows(
            Self.fill, [.id(template), .words(version.description), .words(sha256), .document(document)])
    }

    private static let fill = """
        update index_templates set document = $4 where template_id = $1 and version = $2 and sha256 = $3
        """
}
