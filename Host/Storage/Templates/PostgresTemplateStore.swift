package import PatchbayCore
package import PatchbayPostgres

/// Templates in PostgreSQL.
package struct PostgresTemplateStore: TemplateStore {
    let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func put(_ version: TemplateVersion) async throws -> Bool {
        try await pool.rows(
            Self.upsert,
            [
                .id(version.tenant), .id(version.template), .words(version.version.description), .words(version.name),
                .document(version.document), .words(version.createdBy), .moment(version.createdAt),
            ], in: version.tenant
        ).affected > 0
    }

    /// What was submitted stays, unless it was rejected.
    private static let upsert = """
        insert into template_versions as v (tenant_id, template_id, version, name, document, created_by, created_at)
        select $1, $2, $3, $4, $5, $6, $7
        where not exists (
            select from template_submissions where template_id = $2 and version = $3 and state <> 'rejected')
        on conflict (tenant_id, template_id, version) do update
            set name = excluded.name, document = excluded.document, created_by = excluded.created_by,
                created_at = excluded.created_at
        """

    package func versions(of id: TemplateID, in tenant: TenantID) async throws -> [TemplateVersion] {
        try await pool.rows(Self.select, [.id(tenant), .id(id)], in: tenant).map(TemplateRows.version)
            .sorted { $0.version > $1.version }
    }

    private static let select = """
        select \(TemplateRows.columns) from template_versions v left join template_submissions s
            on s.template_id = v.template_id and s.version = v.version
        where v.tenant_id = $1 and v.template_id = $2
        """

    package func templates(in tenant: TenantID, page: PageRequest) async throws -> Page<TemplateVersion> {
        let rows = try await pool.rows(
            Self.list, [.id(tenant), page.cursor(TemplateTag.self), page.reach], in: tenant)
        return try page.page(of: rows) { row in
            let version = try TemplateRows.version(row)
            return (version, version.template.description)
        }
    }

    private static let list = """
        select \(TemplateRows.columns)
        from (
            select distinct on (template_id) * from template_versions
            where tenant_id = $1 and ($2::uuid is null or template_id < $2)
            order by template_id desc, created_at desc
            limit $3
        ) v left join template_submissions s on s.template_id = v.template_id and s.version = v.version
        order by v.template_id desc
        """

    package func template(named name: String, in tenant: TenantID) async throws -> TemplateID? {
        try await pool.rows(Self.selectNamed, [.id(tenant), .words(name)], in: tenant).first?.id("template_id")
    }

    private static let selectNamed = """
        select template_id from template_versions where tenant_id = $1 and name = $2 order by created_at limit 1
        """

    // MARK: Published

    package func listing(_ id: TemplateID) async throws -> TemplateListing? {
        try await pool.rows(Self.selectListing, [.id(id)]).first.map(TemplateRows.listing)
    }

    private static let selectListing = """
        select \(TemplateRows.listingColumns) from template_listings where template_id = $1 and is_listed
        """

    package func listing(named name: String) async throws -> TemplateListing? {
        try await pool.rows(Self.selectListingNamed, [.words(name)]).first.map(TemplateRows.listing)
    }

    private static let selectListingNamed = """
        select \(TemplateRows.listingColumns) from template_listings where name = $1 and is_listed
        """

    package func listedVersions(of id: TemplateID) async throws -> [ListedVersion] {
        try await pool.rows(Self.selectListed, [.id(id)]).map { row in
            try ListedVersion(
                template: row.id("template_id"), version: TemplateRows.version("version", row),
                document: row.document("document"), publishedAt: row.moment("published_at"),
                isWithdrawn: row.text("state") == SubmissionState.withdrawn.rawValue, isFetched: row.bool("is_fetched"))
        }
    }

    private static let selectListed = """
        select template_id, version, document, published_at, state, true as is_fetched from template_submissions
        where template_id = $1 and published_at is not null
        union all
        select template_id, version, coalesce(document, json_build_object('name', name, 'version', version)), seen_at,
            'published', document is not null
        from index_templates where template_id = $1 and is_offered
        order by published_at desc, version desc
        """

    package func deprecate(
        _ id: TemplateID, in tenant: TenantID, reason: String?, at: Timestamp
    ) async throws -> TemplateListing? {
        try await pool.rows(
            Self.updateDeprecation,
            [.id(id), .id(tenant), .optional(reason, PostgresValue.words), .moment(at)]
        ).first.map(TemplateRows.listing)
    }

    private static let updateDeprecation = """
        update template_listings set deprecation = $3, updated_at = $4
        where template_id = $1 and publisher_id = $2 and is_listed
        returning \(TemplateRows.listingColumns)
        """
}
