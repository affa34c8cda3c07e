package import PatchbayCore
import PatchbayPostgres

extension PostgresWorkflowStore {
    package func version(
        _ version: Int, of id: WorkflowID, in tenant: TenantID
    ) async throws -> WorkflowVersion? {
        try await pool.rows(Self.selectVersion, [.id(tenant), .id(id), .number(version)], in: tenant)
            .first.map(Self.version)
    }

    static let selectVersion = """
        select v.workflow_id, v.version, v.document, v.created_at
        from workflow_versions v join workflows w using (tenant_id, workflow_id)
        where v.tenant_id = $1 and v.workflow_id = $2 and v.version = $3 and w.deleted_at is null
        """

    package func versions(
        of id: WorkflowID, in tenant: TenantID, page: PageRequest
    ) async throws -> Page<WorkflowVersion> {
        let rows = try await pool.rows(
            Self.listVersions, [.id(tenant), .id(id), page.numericCursor(), page.reach], in: tenant)
        return try page.page(of: rows) { row in
            let version = try Self.version(row)
            return (version, String(version.version))
        }
    }

    static let listVersions = """
        select v.workflow_id, v.version, v.document, v.created_at
        from workflow_versions v join workflows w using (tenant_id, workflow_id)
        where v.tenant_id = $1 and v.workflow_id = $2 and w.deleted_at is null and ($3::bigint is null or v.version < $3)
        order by v.version desc limit $4
        """

    package func versionsInUse(holding text: String, in tenant: TenantID) async throws -> [VersionInUse] {
        try await pool.rows(Self.selectInUse, [.id(tenant), .words(text)], in: tenant).map { row in
            try VersionInUse(
                version: Self.version(row), name: row.text("name"), isNewest: row.bool("is_newest"))
        }
    }

    private static let selectInUse = """
        select v.workflow_id, v.version, v.document, v.created_at, w.name,
            w.deleted_at is null and v.version = w.version as is_newest
        from workflow_versions v join workflows w using (tenant_id, workflow_id)
        where v.tenant_id = $1 and strpos(v.document::text, $2) > 0 and (
            w.deleted_at is null and v.version = w.version
            or exists (
                select from runs r
                where r.tenant_id = $1 and r.workflow_id = v.workflow_id and r.version = v.version
                    and r.status in ('queued', 'running')))
        order by v.workflow_id, v.version limit 1000
        """

    static func version(_ row: PostgresRow) throws -> WorkflowVersion {
        try WorkflowVersion(
            workflow: row.id("workflow_id"), version: row.number("version"), document: row.document("document"),
            createdAt: row.moment("created_at"))
    }
}
