package import PatchbayCore
package import PatchbayPostgres

/// How templates do, in PostgreSQL, as requests read and write it.
package struct PostgresTemplateStatistics: TemplateStatisticsStore {
    /// Sources of one template that have a row of their own.
    static let mostSources = 100
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    /// In the same order on all hosts, so that none waits for another in a circle.
    package func add(_ views: [TemplateViews]) async throws {
        guard !views.isEmpty else { return }
        let views = views.sorted { a, b in
            a.template != b.template ? a.template < b.template : (a.day, a.source) < (b.day, b.source)
        }
        let columns: [PostgresValue] = [
            .array(.uuid, views.map { .id($0.template) }), .array(.int, views.map { .int($0.day) }),
            .array(.text, views.map { .words($0.source) }), .array(.int, views.map { .number($0.views) }),
        ]
        try await pool.transaction { connection in
            _ = try await connection.query(Self.addDays, [columns[0], columns[1], columns[3]])
            _ = try await connection.query(Self.addReferrals, columns + [.number(Self.mostSources)])
        }
    }

    private static let addDays = """
        insert into template_days as d (template_id, day, views)
        select n.template_id, date '1970-01-01' + n.day::int, sum(n.views)
        from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as n (template_id, day, views)
        group by n.template_id, n.day order by n.template_id, n.day
        on conflict (template_id, day) do update set views = d.views + excluded.views
        """

    /// Whoever makes names up fills one row, and not the table.
    private static let addReferrals = """
        insert into template_referrals as r (template_id, source, day, views)
        select n.template_id, n.source, n.day, sum(n.views)
        from (
            select template_id, date '1970-01-01' + day::int as day, views,
                case when exists (
                        select from template_referrals k where k.template_id = g.template_id and k.source = g.source)
                    or g.place + (
                        select count(distinct k.source) from template_referrals k where k.template_id = g.template_id
                    ) <= $5
                then source else 'other' end as source
            from (
                select *, dense_rank() over (partition by template_id order by source) as place
                from unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[])
                    as n (template_id, day, source, views)
            ) g
        ) n
        group by n.template_id, n.source, n.day order by n.template_id, n.source, n.day
        on conflict (template_id, source, day) do update set views = r.views + excluded.views
        """

    package func days(of template: TemplateID, _ days: ClosedRange<Int64>) async throws -> [TemplateDay] {
        let rows = try await pool.rows(
            Self.selectDays, [.id(template), .int(days.lowerBound), .int(days.upperBound)])
        return try rows.map { row in
            try TemplateDay(
                day: row.int("number"), views: row.number("views"), installs: row.number("installs"),
                uninstalls: row.number("uninstalls"), active: row.present("active", row.int).map { Int($0) },
                runs: row.number("runs"))
        }
    }

    private static let selectDays = """
        select (day - date '1970-01-01')::bigint as number, views, installs, uninstalls, active, runs
        from template_days
        where template_id = $1 and day <= date '1970-01-01' + $3::int and day >= coalesce(
            (select max(day) from template_days
                where template_id = $1 and active is not null and day < date '1970-01-01' + $2::int),
            date '1970-01-01' + $2::int)
        order by day
        """

    package func referrals(
        of template: TemplateID, _ days: ClosedRange<Int64>, limit: Int
    ) async throws -> [TemplateReferral] {
        let rows = try await pool.rows(
            Self.selectReferrals,
            [.id(template), .int(days.lowerBound), .int(days.upperBound), .number(limit)])
        return try rows.map { try TemplateReferral(source: $0.text("source"), views: $0.number("views")) }
    }

    private static let selectReferrals = """
        select source, sum(views)::bigint as views from template_referrals
        where template_id = $1 and day between date '1970-01-01' + $2::int and date '1970-01-01' + $3::int
        group by source order by sum(views) desc, source limit $4
        """
}
