package import PatchbayCore
package import PatchbayJSON
package import PatchbayPostgres

/// Polling triggers in PostgreSQL, as people see them.
package struct PostgresPollStore: PollStore {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func poll(_ id: PollID, in tenant: TenantID) async throws -> PollRecord? {
        try await pool.rows(Self.select, [.id(tenant), .id(id)], in: tenant).first.map(Self.record)
    }

    private static let select = "select \(columns) from polls where tenant_id = $1 and poll_id = $2"

    package func polls(
        in tenant: TenantID, of workflow: WorkflowID?, page: PageRequest
    ) async throws -> Page<PollRecord> {
        let rows = try await pool.rows(
            Self.list,
            [.id(tenant), .optional(workflow, PostgresValue.id), page.cursor(PollTag.self), page.reach], in: tenant)
        return try page.page(of: rows) { row in
            let record = try Self.record(row)
            return (record, record.id.description)
        }
    }

    private static let list = """
        select \(columns) from polls
        where tenant_id = $1 and ($2::uuid is null or workflow_id = $2) and ($3::uuid is null or poll_id < $3)
        order by poll_id desc limit $4
        """

    package func hurry(_ id: PollID, in tenant: TenantID, at: Timestamp) async throws -> PollRecord? {
        try await pool.rows(Self.advance, [.id(tenant), .id(id), .moment(at)], in: tenant).first.map(Self.record)
    }

    /// One that is being polled at the moment is left alone.
    private static let advance = """
        update polls set next_at = case when claim is null and not is_held then least(next_at, $3) else next_at end
        where tenant_id = $1 and poll_id = $2
        returning \(columns)
        """

    package func reset(
        _ id: PollID, in tenant: TenantID, cursor: JSON?, at: Timestamp
    ) async throws -> PollRecord? {
        try await pool.rows(
            Self.begin, [.id(tenant), .id(id), .optional(cursor, PostgresValue.document), .moment(at)], in: tenant
        ).first.map(Self.record)
    }

    /// Who is at it now finds its claim gone, and stores nothing.
    private static let begin = """
        update polls set cursor = $3, seen = '[]', failures = 0, error = null, polled_at = null,
            generation = generation + 1, claim = null, next_at = case when not is_held then $4 end, updated_at = $4
        where tenant_id = $1 and poll_id = $2
        returning \(columns)
        """

    static let columns = """
        tenant_id, poll_id, workflow_id, node, name, uses, credential, config, is_held, next_at, cursor, seen, failures, \
        error, polled_at, items, generation, created_at, updated_at
        """

    static func record(_ row: PostgresRow) throws -> PollRecord {
        let progress = try PollProgress(
            cursor: row.present("cursor", row.json).map { _ in try row.document("cursor") },
            seen: (row.document("seen").array ?? []).compactMap(\.string),
            failures: row.number("failures"),
            error: row.present("error", row.json).map { _ in try row.document("error") },
            polledAt: row.optionalMoment("polled_at"), items: row.int("items"), generation: row.number("generation"))
        return try PollRecord(
            id: row.id("poll_id"), tenant: row.id("tenant_id"), workflow: row.id("workflow_id"),
            node: row.text("node"), name: row.text("name"), uses: row.text("uses"),
            credential: row.present("credential", row.text), config: row.document("config"),
            isHeld: row.bool("is_held"), nextAt: row.optionalMoment("next_at"), progress: progress,
            createdAt: row.moment("created_at"), updatedAt: row.moment("updated_at"))
    }
}
