package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// Notices in PostgreSQL.
package struct PostgresNoticeStore: NoticeStore {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func claim(at now: Timestamp, until: Timestamp, limit: Int) async throws -> [PendingNotice] {
        try await pool.rows(Self.claim, [.moment(now), .moment(until), .number(limit)]).map { row in
            PendingNotice(
                tenant: try row.id("tenant_id"),
                notice: NewNotice(
                    key: try row.text("key"), channel: try row.word("channel"), to: try row.text("recipient"),
                    data: try row.document("data")), attempt: try row.number("attempts"))
        }
    }

    private static let claim = """
        with due as (
            select tenant_id, key from notices where state = 'pending' and due_at <= $1
            order by due_at limit $3 for update skip locked
        )
        update notices n set due_at = $2, attempts = n.attempts + 1
        from due where n.tenant_id = due.tenant_id and n.key = due.key
        returning n.tenant_id, n.key, n.channel, n.recipient, n.data, n.attempts
        """

    package func settle(_ notice: PendingNotice, at now: Timestamp) async throws {
        _ = try await pool.rows(
            Self.settle,
            [.id(notice.tenant), .words(notice.notice.key), .number(notice.attempt), .moment(now)],
            in: notice.tenant)
    }

    /// Whoever took too long has lost it to another.
    private static let settle = """
        update notices set state = 'sent', sent_at = $4, error = null
        where tenant_id = $1 and key = $2 and attempts = $3 and state = 'pending'
        """

    package func postpone(_ notice: PendingNotice, until: Timestamp?, because reason: String) async throws {
        _ = try await pool.rows(
            Self.postpone,
            [
                .id(notice.tenant), .words(notice.notice.key), .number(notice.attempt),
                .optional(until, PostgresValue.moment), .words(reason.shortened(to: 500)),
            ], in: notice.tenant)
    }

    private static let postpone = """
        update notices set due_at = coalesce($4::timestamptz, due_at), error = $5,
            state = case when $4::timestamptz is null then 'failed' else 'pending' end
        where tenant_id = $1 and key = $2 and attempts = $3 and state = 'pending'
        """

    package func forget(before moment: Timestamp) async throws -> Int {
        try await pool.rows(Self.forget, [.moment(moment)]).affected
    }

    private static let forget = "delete from notices where state <> 'pending' and created_at < $1"

    package func put(_ notices: [NewNotice], in tenant: TenantID, at now: Timestamp) async throws {
        guard !notices.isEmpty else { return }
        _ = try await pool.rows(
            Self.insert,
            [
                .id(tenant), .moment(now), .array(.text, notices.map { .words($0.key) }),
                .array(.text, notices.map { .word($0.channel) }), .array(.text, notices.map { .words($0.recipient) }),
                .array(.json, notices.map { .document($0.data) }),
            ], in: tenant)
    }

    private static let insert = """
        insert into notices (tenant_id, key, channel, recipient, data, due_at, created_at)
        select $1, n.key, n.channel, n.recipient, n.data, $2, $2
        from unnest($3::text[], $4::text[], $5::text[], $6::json[]) as n (key, channel, recipient, data)
        on conflict do nothing
        """
}
