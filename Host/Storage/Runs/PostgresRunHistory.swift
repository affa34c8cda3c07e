package import PatchbayCore
package import PatchbayPostgres

/// Makes room for the journal to come, and forgets runs that ended long ago. Any number of processes may be at it: what one
/// does another finds done.
package struct PostgresRunHistory: Sendable {
    /// Parts that are made ahead, so that no entry has to wait for one.
    private static let ahead = 4
    /// Rows of each tenant that are deleted in one statement.
    private static let portion = 500

    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    /// Makes the journal's parts for a moment and the weeks behind it, where they are missing.
    package func prepare(at moment: Timestamp) async throws {
        var part = JournalPart(of: moment)
        let known = try await parts(pool.rows)
        for _ in 0...Self.ahead {
            if !known.contains(part) { try await make(part) }
            part = part.next
        }
        _ = try await pool.rows(Self.addUpUsage, [.int(moment.day)])
    }

    /// Deletes runs that have ended and were stored in a week that is over at the moment, with all that belongs to them.
    /// Answers how many. A part of the journal goes as soon as none of its runs goes on.
    @discardableResult
    package func forget(before moment: Timestamp) async throws -> Int {
        let edge = JournalPart(of: moment).start
        let count = try await repeated(Self.deleteRuns, [.id(RunID.least(at: edge)), .number(Self.portion)])
        for part in try await parts(pool.rows) where part.end <= edge { try await drop(part) }
        _ = try await repeated(Self.deleteBlobs, [.id(RunID.least(at: edge)), .number(Self.portion / 10)])
        _ = try await pool.rows(Self.forgetBytes, [.int(edge.day)])
        return count
    }

    private func repeated(_ sql: String, _ parameters: [PostgresValue]) async throws -> Int {
        var total = 0
        while true {
            let count = try await pool.rows(sql, parameters).affected
            total += count
            if count == 0 { return total }
        }
    }

    private func parts(
        _ read: (String, [PostgresValue]) async throws -> PostgresRows
    ) async throws -> Set<JournalPart> {
        try await Set(read(Self.selectParts, []).compactMap { JournalPart(table: try $0.text("name")) })
    }

    private static let selectParts = """
        select c.relname::text as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'run_journal'::regclass
        """

    /// Entries that came before their part are moved into it. Who reads or writes the journal waits, at most as long as the
    /// lock is waited for; when that is too short, the next look tries again.
    private func make(_ part: JournalPart) async throws {
        let ids = part.ids
        try await alone { connection in
            guard try await !parts({ try await connection.query($0, $1) }).contains(part) else { return }
            _ = try await connection.query(
                Self.makePart, [.text(part.table), .id(ids.lowerBound), .id(ids.upperBound)])
        }
    }

    /// Only the owner of the journal makes and drops its parts; functions do it for us (migration 0009).
    private static let makePart = "select make_journal_part($1, $2, $3)"
    private static let dropPart = "select drop_journal_part($1)"

    private func drop(_ part: JournalPart) async throws {
        let ids = part.ids
        try await alone { connection in
            let open = try await connection.query(Self.selectOpen, [.id(ids.lowerBound), .id(ids.upperBound)])
            if open.isEmpty { _ = try await connection.query(Self.dropPart, [.text(part.table)]) }
        }
    }

    private static let selectOpen = "select 1 from run_queue where run_id >= $1 and run_id < $2 limit 1"

    private func alone(_ body: (PostgresConnection) async throws -> Void) async throws {
        try await pool.transaction { connection in
            try await connection.execute(
                "set local lock_timeout = '2s'; select pg_advisory_xact_lock(7016996765293437281)")
            try await body(connection)
        }
    }

    /// What processes counted on days that are over, and a day later for those who were late.
    private static let addUpUsage = """
        with gone as (
            delete from tenant_usage where slot <> 0 and day < date '1970-01-01' + ($1::int - 1)
            returning tenant_id, day, runs, steps, bytes, kept_bytes
        )
        insert into tenant_usage as u (tenant_id, day, slot, runs, steps, bytes, kept_bytes)
        select tenant_id, day, 0, sum(runs), sum(steps), sum(bytes), sum(kept_bytes) from gone group by tenant_id, day
        on conflict (tenant_id, day, slot) do update
        set runs = u.runs + excluded.runs, steps = u.steps + excluded.steps, bytes = u.bytes + excluded.bytes,
            kept_bytes = u.kept_bytes + excluded.kept_bytes
        """

    private static let forgetBytes = """
        update tenant_usage set kept_bytes = 0 where kept_bytes <> 0 and day < date '1970-01-01' + $1::int
        """

    /// Runs that go on stand in the queue.
    private static let deleteRuns = """
        with gone as materialized (
            select r.tenant_id, r.run_id from tenants t cross join lateral (
                select tenant_id, run_id from runs r
                where r.tenant_id = t.tenant_id and r.run_id < $1
                    and not exists (select from run_queue q where q.tenant_id = r.tenant_id and q.run_id = r.run_id)
                order by run_id limit $2
            ) r
        ), lines as (
            delete from run_log l using gone g where l.tenant_id = g.tenant_id and l.run_id = g.run_id
        ), messages as (
            delete from run_messages m using gone g where m.tenant_id = g.tenant_id and m.run_id = g.run_id
        ), entries as (
            delete from run_journal_rest e using gone g where e.tenant_id = g.tenant_id and e.run_id = g.run_id
        )
        delete from runs r using gone g where r.tenant_id = g.tenant_id and r.run_id = g.run_id
        """

    /// A value is needed as long as the newest run that names it may be read, or a delivery has it for its body; one that
    /// still waits for its run may have any of the tenant's. A run that goes on keeps all that is newer, since it may name
    /// anything.
    private static let deleteBlobs = """
        with bound as materialized (
            select coalesce((select run_id from run_queue where run_id < $1 order by run_id limit 1), $1) as run
        ), gone as materialized (
            select b.tenant_id, b.digest from bound, tenants t cross join lateral (
                select tenant_id, digest from blobs b
                where b.tenant_id = t.tenant_id and b.newest_run < (select run from bound)
                    and not exists (
                        select from webhook_deliveries d where d.tenant_id = b.tenant_id and d.digest = b.digest)
                    and not exists (select from webhook_inbox i where i.tenant_id = b.tenant_id)
                order by newest_run limit $2
            ) b
        )
        delete from blobs b using gone g
        where b.tenant_id = g.tenant_id and b.digest = g.digest and b.newest_run < (select run from bound)
        """
}
