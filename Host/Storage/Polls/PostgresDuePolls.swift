package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// Polling triggers of all tenants in PostgreSQL, as hosts poll them.
package struct PostgresDuePolls: DuePolls {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func nextDue() async throws -> Timestamp? {
        try await pool.rows(Self.selectNext, []).first.flatMap { try $0.optionalMoment("next_at") }
    }

    private static let selectNext = "select min(next_at) as next_at from polls where next_at is not null"

    package func claim(at moment: Timestamp, limit: Int, until lease: Timestamp) async throws -> [PollClaim] {
        let claim = RequestID.new(at: moment)
        let rows = try await pool.rows(
            Self.take, [.moment(moment), .number(limit), .moment(lease), .id(claim)])
        guard !rows.isEmpty else { return [] }
        let records = try rows.map(PostgresPollStore.record)
        let workflows = try await pool.rows(
            PostgresDueSchedules.selectWorkflows,
            [.array(.uuid, records.map { .id($0.tenant) }), .array(.uuid, records.map { .id($0.workflow) })]
        ).map(PostgresWorkflowStore.record)
        let known = Dictionary(workflows.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return try zip(rows, records).map { row, record in
            try PollClaim(
                record: record, claim: claim, workflow: known[record.workflow], isSuspended: row.bool("is_suspended"))
        }
    }

    private static let take = """
        with due as (
            select tenant_id, poll_id from polls where next_at <= $1 order by next_at limit $2 for update skip locked
        )
        update polls p set next_at = $3, claim = $4
        from due where p.tenant_id = due.tenant_id and p.poll_id = due.poll_id
        returning \(PostgresPollStore.columns.split(separator: ", ").map { "p.\($0)" }.joined(separator: ", ")),
            exists (
                select from tenant_shares t where t.tenant_id = p.tenant_id and t.is_suspended) as is_suspended
        """

    package func store(_ progress: PollProgress, of claim: PollClaim, nextAt: Timestamp) async throws -> Bool {
        try await pool.rows(
            Self.advance,
            [
                .id(claim.record.tenant), .id(claim.record.id), .id(claim.claim), .moment(nextAt),
                .optional(progress.cursor, PostgresValue.document),
                .document(.array(progress.seen.map(JSON.string))), .number(progress.failures),
                .optional(progress.error, PostgresValue.document), .optional(progress.polledAt, PostgresValue.moment),
                .int(progress.items),
            ]
        ).affected > 0
    }

    private static let advance = """
        update polls set next_at = case when not is_held then $4::timestamptz end, claim = null, cursor = $5, seen = $6,
            failures = $7, error = $8, polled_at = $9, items = $10
        where tenant_id = $1 and poll_id = $2 and claim = $3
        """
}
