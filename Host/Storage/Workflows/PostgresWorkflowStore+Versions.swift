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

    static func version(_ row: PostgresRow) throws -> WorkflowVersion {
        try WorkflowVersion(
            workflow: row.id("workflow_id"), version: row.number("version"), document: row.document("document"),
            createdAt: row.moment("created_at"))
    }
}
