package import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

extension PostgresPackageSubmissionStore {
    package func submission(of pin: ConnectorPin) async throws -> PackageSubmission? {
        try await pool.rows(Self.select, Self.place(of: pin)).first.map(PackageRows.submission)
    }

    private static let select = """
        select \(PackageRows.columns) from connector_submissions where connector = $1 and version = $2
        """

    package func package(of pin: ConnectorPin) async throws -> [UInt8]? {
        let row = try await pool.rows(Self.selectContent, Self.place(of: pin)).first
        return try row?.present("content", row!.bytes)
    }

    private static let selectContent = """
        select content from connector_submissions where connector = $1 and version = $2
        """

    // MARK: Queues

    package func submissions(in state: SubmissionState, page: PageRequest) async throws -> Page<PackageSubmission> {
        try page.page(of: try await pool.rows(Self.listIn, [.word(state), page.numericCursor(), page.reach])) {
            (try PackageRows.submission($0), cursor: String(try $0.int("place")))
        }
    }

    private static let listIn = list(where: "state = $1", orderBy: "submitted_at, connector, version")

    package func submissions(of tenant: TenantID, page: PageRequest) async throws -> Page<PackageSubmission> {
        try page.page(of: try await pool.rows(Self.listOf, [.id(tenant), page.numericCursor(), page.reach])) {
            (try PackageRows.submission($0), cursor: String(try $0.int("place")))
        }
    }

    private static let listOf = list(where: "publisher_id = $1", orderBy: "connector, submitted_at desc, version")

    /// These lists are short, and read from their beginning.
    private static func list(where condition: String, orderBy order: String) -> String {
        """
        select * from (
            select \(PackageRows.columns), row_number() over (order by \(order)) as place
            from connector_submissions where \(condition)
        ) listed
        where $2::bigint is null or place > $2
        order by place limit $3
        """
    }

    // MARK: Published

    package func published(matching text: String?, page: PageRequest) async throws -> Page<PackageSubmission> {
        let cursor: PostgresValue = page.cursor.map(PostgresValue.words) ?? .null
        let connectors = try await pool.rows(
            Self.listConnectors, [.optional(text?.lowercased(), PostgresValue.words), cursor, page.reach])
        // Which version is the newest is the number's to say, and no order of texts.
        let newest = try page.page(of: connectors) { row in
            let id = try row.text("connector")
            let versions = try row.document("versions").array ?? []
            let version = versions.compactMap { $0.string.flatMap(Version.init) }.max()
            return (version.map { ConnectorPin(connector: id, version: $0) }, cursor: id)
        }
        let found = try await pool.rows(Self.selectAmong, Self.pairs(newest.items.compactMap { $0 }))
        return Page(items: try found.map(PackageRows.submission), next: newest.next)
    }

    private static let listConnectors = """
        select connector, json_agg(version) as versions from connector_submissions
        where state = 'published' and recall is null and ($2::text is null or connector > $2)
            and ($1::text is null or position($1 in lower(
                connector || ' ' || coalesce(manifest ->> 'name', '') || ' ' || coalesce(manifest ->> 'summary', ''))) > 0)
        group by connector order by connector limit $3
        """

    private static let selectAmong = """
        select \(PackageRows.columns) from connector_submissions
        join unnest($1::text[], $2::text[]) as wanted (id, number) on connector = id and version = number
        order by connector
        """

    private static func pairs(_ pins: [ConnectorPin]) -> [PostgresValue] {
        [
            .array(.text, pins.map { .words($0.connector) }),
            .array(.text, pins.map { .words($0.version.description) }),
        ]
    }

    package func published(_ connector: String) async throws -> [PackageSubmission] {
        try await pool.rows(Self.selectPublished, [.words(connector)]).map(PackageRows.submission)
            .sorted { $0.pin.version > $1.pin.version }
    }

    private static let selectPublished = """
        select \(PackageRows.columns) from connector_submissions where connector = $1 and state = 'published'
        """

    // MARK: Recalls

    package func recall(_ recall: PackageRecall?, of pin: ConnectorPin) async throws -> PackageSubmission? {
        try await pool.transaction { connection in
            let row = try await connection.query(
                Self.setRecall,
                Self.place(of: pin) + [
                    .optional(recall?.kind, PostgresValue.word), .optional(recall?.reason, PostgresValue.words),
                    .optional(recall?.by, PostgresValue.words), .optional(recall?.at, PostgresValue.moment),
                ]
            ).first
            guard let row else { return nil }
            if let recall {
                // Whoever names no version gets another; what names this one goes on.
                _ = try await connection.pipeline([
                    PostgresStatement(Self.disable, Self.place(of: pin) + [.moment(recall.at), .words(recall.by)]),
                    PostgresConnectorStore.tell,
                ])
            }
            return try PackageRows.submission(row)
        }
    }

    private static let setRecall = """
        update connector_submissions set recall = $3, recall_reason = $4, recalled_by = $5, recalled_at = $6
        where connector = $1 and version = $2 and state = 'published'
        returning \(PackageRows.columns)
        """

    private static let disable = """
        update connector_versions set state = 'disabled', changed_at = $3, changed_by = $4
        where connector = $1 and version = $2 and state = 'enabled'
        """

    package func recalls(among pins: Set<ConnectorPin>) async throws -> [ConnectorPin: PackageRecall] {
        guard !pins.isEmpty else { return [:] }
        let rows = try await pool.rows(Self.selectRecalled, Self.pairs(pins.sorted { $0.description < $1.description }))
        var recalls: [ConnectorPin: PackageRecall] = [:]
        for row in rows {
            let pin = ConnectorPin(
                connector: try row.text("connector"), version: try TemplateRows.version("version", row))
            recalls[pin] = try PackageRows.recall(row)
        }
        return recalls
    }

    private static let selectRecalled = """
        select connector, version, recall, recall_reason, recalled_by, recalled_at from connector_submissions
        join unnest($1::text[], $2::text[]) as wanted (id, number) on connector = id and version = number
        where recall is not null
        """
}
