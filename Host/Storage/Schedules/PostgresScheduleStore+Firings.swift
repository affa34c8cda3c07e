package import PatchbayCore
import PatchbayPostgres

/// What came of schedules' times.
extension PostgresScheduleStore {
    package func firings(
        of id: ScheduleID, in tenant: TenantID, page: PageRequest
    ) async throws -> Page<ScheduleFiring> {
        let rows = try await pool.rows(
            Self.listFirings, [.id(tenant), .id(id), page.numericCursor(), page.reach], in: tenant)
        return try page.page(of: rows) { row in
            let firing = try Self.firing(row)
            return (firing, String(firing.time.milliseconds))
        }
    }

    private static let listFirings = """
        select schedule_id, time, at, outcome, reason, run_id, times from schedule_firings
        where tenant_id = $1 and schedule_id = $2
            and ($3::bigint is null or time < timestamptz 'epoch' + $3 * interval '1 ms')
        order by time desc limit $4
        """

    private static func firing(_ row: PostgresRow) throws -> ScheduleFiring {
        try ScheduleFiring(
            schedule: row.id("schedule_id"), time: row.moment("time"), at: row.moment("at"),
            outcome: row.word("outcome"), reason: row.present("reason", row.text), run: row.optionalID("run_id"),
            times: row.number("times"))
    }

    package func note(_ firing: ScheduleFiring, in tenant: TenantID) async throws {
        _ = try await pool.rows(Self.insertFirings, Self.columns(of: [(tenant, firing)]), in: tenant)
    }

    /// What is known of a time already stays.
    static let insertFirings = """
        insert into schedule_firings (tenant_id, schedule_id, time, at, outcome, reason, run_id, times)
        select * from unnest(
            $1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[], $7::uuid[], $8::bigint[])
        on conflict (tenant_id, schedule_id, time) do nothing
        """

    static func columns(of firings: [(tenant: TenantID, firing: ScheduleFiring)]) -> [PostgresValue] {
        [
            .array(.uuid, firings.map { .id($0.tenant) }), .array(.uuid, firings.map { .id($0.firing.schedule) }),
            .array(.timestamp, firings.map { .moment($0.firing.time) }),
            .array(.timestamp, firings.map { .moment($0.firing.at) }),
            .array(.text, firings.map { .word($0.firing.outcome) }),
            .array(.text, firings.map { .optional($0.firing.reason, PostgresValue.words) }),
            .array(.uuid, firings.map { .optional($0.firing.run, PostgresValue.id) }),
            .array(.int, firings.map { .number($0.firing.times) }),
        ]
    }
}
