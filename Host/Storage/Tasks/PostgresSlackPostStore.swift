package import PatchbayCore
package import PatchbayPostgres

/// Messages in Slack that show tasks, in PostgreSQL.
package struct PostgresSlackPostStore: SlackPostStore {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func posts(of task: TaskID, in tenant: TenantID) async throws -> [SlackPost] {
        try await pool.rows(Self.select, [.id(tenant), .id(task)], in: tenant).map { row in
            let person = try row.text("person")
            return SlackPost(
                person: person.isEmpty ? nil : person, channel: try row.text("channel"), timestamp: try row.text("ts"),
                notice: try row.text("notice"), shown: try row.text("shown"))
        }
    }

    private static let select = """
        select person, channel, ts, notice, shown from slack_posts where tenant_id = $1 and task_id = $2 order by person
        """

    package func put(_ post: SlackPost, of task: TaskID, in tenant: TenantID) async throws {
        _ = try await pool.rows(
            Self.upsert,
            [
                .id(tenant), .id(task), .words(post.person ?? ""), .words(post.channel), .words(post.timestamp),
                .words(post.notice), .words(post.shown),
            ], in: tenant)
    }

    private static let upsert = """
        insert into slack_posts (tenant_id, task_id, person, channel, ts, notice, shown)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (tenant_id, task_id, person) do update
        set channel = excluded.channel, ts = excluded.ts, notice = excluded.notice, shown = excluded.shown
        """
}
