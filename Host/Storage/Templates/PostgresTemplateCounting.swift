import PatchbayCore
package import PatchbayPostgres

/// What is counted of templates for all tenants at once, under the engine's role: runs, by what the runs themselves say, so that
/// counting twice changes nothing.
package struct PostgresTemplateCounting: Sendable {
    private static let dayLength: Int64 = 86_400_000
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    /// Counts the runs of one day (since 1970-01-01, in UTC) of all workflows that come from templates.
    package func countRuns(on day: Int64) async throws {
        let rows = try await pool.rows(
            Self.select, [.id(Self.first(on: day)), .id(Self.first(on: day + 1))])
        let counts = try rows.map { row -> (TemplateID, Int64) in try (row.id("template_id"), row.int("runs")) }
        guard !counts.isEmpty else { return }
        _ = try await pool.rows(
            Self.upsert,
            [.array(.uuid, counts.map { .id($0.0) }), .array(.int, counts.map { .int($0.1) }), .int(day)])
    }

    /// Ids of runs begin with the time (UUIDv7), so a day is a range of the index by workflow.
    private static func first(on day: Int64) -> RunID {
        RunID(high: UInt64(max(day, 0) * dayLength) << 16, low: 0)
    }

    private static let select = """
        select i.template_id, count(*)::bigint as runs
        from template_installations i
        join runs r on r.tenant_id = i.tenant_id and r.workflow_id = i.workflow_id
        where r.workflow_id is not null and r.run_id >= $1 and r.run_id < $2
        group by i.template_id
        """

    /// What was counted before stays when the runs, or the installation, are gone.
    private static let upsert = """
        insert into template_days as d (template_id, day, runs)
        select n.template_id, date '1970-01-01' + $3::int, n.runs
        from unnest($1::uuid[], $2::bigint[]) as n (template_id, runs) order by n.template_id
        on conflict (template_id, day) do update set runs = greatest(d.runs, excluded.runs)
        """

    /// Forgets days that are over for long. How many installations there are now, the listing knows.
    package func forget(before day: Int64) async throws {
        for statement in [Self.forgetDays, Self.forgetReferrals] { _ = try await pool.rows(statement, [.int(day)]) }
    }

    private static let forgetDays = "delete from template_days where day < date '1970-01-01' + $1::int"
    private static let forgetReferrals = "delete from template_referrals where day < date '1970-01-01' + $1::int"
}
