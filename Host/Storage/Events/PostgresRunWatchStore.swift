package import PatchbayCore
package import PatchbayJSON
package import PatchbayPostgres

/// How far tenants' changes were gone through, in PostgreSQL.
package struct PostgresRunWatchStore: RunWatchStore {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func errorWorkflows() async throws -> [(workflow: WorkflowRecord, document: JSON)] {
        try await pool.rows(Self.selectWorkflows, []).map { row in
            (try PostgresWorkflowStore.record(row), try row.document("document"))
        }
    }

    /// The condition is that of the index `workflow_versions_of_errors`; a word in another place is sorted out by the reader.
    private static let selectWorkflows = """
        select w.tenant_id, w.workflow_id, w.name, w.about, w.status, w.version, w.created_at, w.updated_at, v.document
        from workflow_versions v join workflows w
            on w.tenant_id = v.tenant_id and w.workflow_id = v.workflow_id and w.version = v.version
        where v.document::text like '%"type":"error"%' and w.status = 'active' and w.deleted_at is null
        order by w.tenant_id, w.workflow_id
        """

    package func cursor(of watcher: RunWatcher, in tenant: TenantID) async throws -> RunChange.Cursor? {
        guard let row = try await pool.rows(Self.select, [.id(tenant), .word(watcher)], in: tenant).first else {
            return nil
        }
        guard let cursor = RunChange.Cursor(text: try row.text("cursor")) else {
            throw StorageError(description: "column cursor holds no place among changes")
        }
        return cursor
    }

    private static let select = "select cursor from run_watchers where tenant_id = $1 and watcher = $2"

    package func begin(_ watcher: RunWatcher, in tenant: TenantID, at cursor: RunChange.Cursor) async throws {
        _ = try await pool.rows(Self.insert, [.id(tenant), .word(watcher), .words(cursor.text)], in: tenant)
    }

    private static let insert = """
        insert into run_watchers (tenant_id, watcher, cursor) values ($1, $2, $3) on conflict do nothing
        """

    package func advance(
        _ watcher: RunWatcher, in tenant: TenantID, from: RunChange.Cursor, to: RunChange.Cursor
    ) async throws {
        _ = try await pool.rows(
            Self.update, [.id(tenant), .word(watcher), .words(from.text), .words(to.text)], in: tenant)
    }

    private static let update = """
        update run_watchers set cursor = $4 where tenant_id = $1 and watcher = $2 and cursor = $3
        """
}
