import PatchbayCore
import PatchbayPostgres

/// Going through what changed in runs.
///
/// One host at a time does it, by an advisory lock that goes with the transaction; counts, failures and how far it came are stored
/// together, so that each run counts once whoever dies.
extension PostgresDueAlerts {
    package func count(limit: Int) async throws -> Bool {
        try await pool.transaction { connection in
            let mine = try await connection.pipeline([
                Self.endingWhenIdle, PostgresStatement("select pg_try_advisory_xact_lock(\(Self.lock)) as mine"),
            ])[1]
            guard try mine.one().bool("mine") else { return false }
            let tenants: [TenantID] = try await connection.query(Self.selectTenants).map { try $0.id("tenant_id") }
            guard !tenants.isEmpty else { return false }
            let cursors = try await cursors(of: tenants, over: connection)
            guard !cursors.isEmpty else { return false }
            // A statement of its own before: what is below it then is over in the next one's snapshot.
            let horizon = try await connection.query(PostgresRunStore.selectHorizon).one().text("horizon")
            let rows = try await connection.query(
                Self.countChanges,
                [
                    .array(.uuid, cursors.map { .id($0.tenant) }),
                    .array(.text, cursors.map { .words(String($0.cursor.transaction)) }),
                    .array(.uuid, cursors.map { .id($0.cursor.run) }),
                    .array(.int, cursors.map { .number($0.cursor.sequence) }), .words(horizon), .number(limit),
                ])
            guard !rows.isEmpty else { return false }
            var (moved, texts, isMore): ([PostgresValue], [PostgresValue], Bool) = ([], [], false)
            for row in rows {
                let tenant: TenantID = try row.id("tenant_id")
                let cursor = RunChange.Cursor(
                    transaction: UInt64(try row.text("transaction")) ?? 0, run: try row.id("run_id"),
                    sequence: try row.number("seq"))
                moved.append(.id(tenant))
                texts.append(.words(cursor.text))
                if try row.number("changes") >= limit { isMore = true }
            }
            _ = try await connection.query(
                Self.moveCursors, [.array(.uuid, moved), .array(.text, texts), .word(RunWatcher.alerts)])
            return isMore
        }
    }

    private func cursors(
        of tenants: [TenantID], over connection: PostgresConnection
    ) async throws -> [(tenant: TenantID, cursor: RunChange.Cursor)] {
        let rows = try await connection.query(
            Self.selectCursors, [.array(.uuid, tenants.map { .id($0) }), .word(RunWatcher.alerts)])
        return try rows.map { row in
            guard let cursor = RunChange.Cursor(text: try row.text("cursor")) else {
                throw StorageError(description: "column cursor holds no place among changes")
            }
            return (try row.id("tenant_id"), cursor)
        }
    }

    /// Any number that nobody else locks by.
    private static let lock = 5_021_024

    private static let selectTenants = "select distinct tenant_id from alert_rules where next_at is not null"

    private static let selectCursors = """
        select tenant_id, cursor from run_watchers where tenant_id = any($1::uuid[]) and watcher = $2
        """

    /// Runs of about the same length are counted together: the logarithm's twentieths are 5 % apart.
    private static let countChanges = """
        with changes as materialized (
            select c.tenant_id, j.run_id, j.seq, j.transaction, j.kind
            from unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[]) as c (tenant_id, transaction, run_id, seq)
            cross join lateral (
                select j.run_id, j.seq, j.transaction, j.kind from run_journal j
                where j.tenant_id = c.tenant_id and j.kind in (\(PostgresRunStore.kinds))
                    and j.transaction < $5::text::xid8
                    and (j.transaction, j.run_id, j.seq) > (c.transaction::xid8, c.run_id, c.seq)
                order by j.transaction, j.run_id, j.seq limit $6
            ) j
        ), ended as materialized (
            select r.tenant_id, r.run_id, r.workflow_id, r.finished_at, c.kind = 'run_failed' as has_failed,
                greatest(extract(epoch from r.finished_at - coalesce(r.started_at, r.created_at)) * 1000, 0)::bigint as length
            from changes c join runs r on r.tenant_id = c.tenant_id and r.run_id = c.run_id
            where c.kind in ('run_completed', 'run_failed') and r.finished_at is not null
        ), counted as (
            insert into alert_counts (tenant_id, at, workflow_id, has_failed, class, runs, longest)
            select tenant_id, date_bin('\(AlertMeasuring.grain) seconds', finished_at, 'epoch'), workflow_id, has_failed,
                floor(ln(greatest(length, 1)) * 20)::int, count(*), max(length)
            from ended group by 1, 2, 3, 4, 5
            on conflict (tenant_id, at, workflow_id, has_failed, class) do update
                set runs = alert_counts.runs + excluded.runs, longest = greatest(alert_counts.longest, excluded.longest)
        ), failed as (
            insert into alert_failures (tenant_id, workflow_id, run_id, at)
            select tenant_id, workflow_id, run_id, finished_at from ended where has_failed order by finished_at, run_id
        )
        select distinct on (tenant_id) tenant_id, transaction::text as transaction, run_id, seq,
            count(*) over (partition by tenant_id) as changes
        from changes order by tenant_id, changes.transaction desc, run_id desc, seq desc
        """

    private static let moveCursors = """
        update run_watchers w set cursor = new.cursor from unnest($1::uuid[], $2::text[]) as new (tenant_id, cursor)
        where w.tenant_id = new.tenant_id and w.watcher = $3
        """
}
