package import PatchbayCore
package import PatchbayPostgres

/// The queue of runs in PostgreSQL.
package struct PostgresRunQueue: RunQueue {
    /// Groups that are looked at in one go.
    private static let mostGroups = 200

    let pool: PostgresPool
    private let rules: PresenceRules

    package init(_ pool: PostgresPool, rules: PresenceRules = PresenceRules()) {
        self.pool = pool
        self.rules = rules
    }

    package func promoteDue(at moment: Timestamp, limit: Int) async throws -> Int {
        try await pool.rows(Self.promote, [.moment(moment), .number(limit)]).affected
    }

    private static let promote = """
        with due as (
            select tenant_id, run_id from run_queue where state = 'waiting' and due_at <= $1
            order by due_at limit $2 for update skip locked
        )
        update run_queue q set state = case when q.is_held then 'paused' else 'ready' end
        from due where q.tenant_id = due.tenant_id and q.run_id = due.run_id
        """

    package func freeAbandoned(before moment: Timestamp) async throws -> Int {
        try await pool.pipeline([
            PostgresStatement(Self.bury, [.moment(moment), .text("")]), PostgresStatement(Self.noticeMissing),
            PostgresStatement(Self.buryMissing, [.int(rules.patience), .int(rules.afterStart)]),
            PostgresStatement(Self.freeAbandoned),
        ])[3].affected
    }

    /// Declares silent workers dead, by deleting their rows. Waits for appends that are being written for them: these hold
    /// a lock on the row, and those that come after find none. A worker is never silent to itself.
    static let bury = """
        delete from workers w using (
            select worker from workers where heartbeat_at < $1 and worker <> $2 order by worker for update
        ) silent
        where w.worker = silent.worker
        """

    /// Writes down whose presence is missing, and since when, and who is there again. By the server's clock, as all who
    /// look have to agree.
    private static let noticeMissing = """
        with held as materialized (\(ProcessPresence.held))
        update workers w set missing_since = case when missing_since is null then clock_timestamp() end
        where presence is not null
            and (missing_since is null) <> exists (select from held h where h.key = w.presence)
        """

    /// Declares those dead whose presence has been missing for some time, as `bury` does it.
    private static let buryMissing = """
        delete from workers w using (
            select worker from workers
            where missing_since <= clock_timestamp() - $1 * interval '1 ms'
                and pg_postmaster_start_time() <= clock_timestamp() - $2 * interval '1 ms'
            order by worker for update
        ) missing
        where w.worker = missing.worker
        """

    /// Frees the runs of dead workers. A statement of its own, behind the one that buries them: what they took on until
    /// then is seen only by the next. What another process frees at this moment is passed over.
    ///
    /// Leaps from one holder of runs to the next. Who is dead is settled in a subquery: a join would test a row that
    /// somebody has changed since the statement began against its old partner.
    static let freeAbandoned = """
        with recursive holders as (
            (select worker from run_queue where worker is not null order by worker limit 1)
            union all
            select (select q.worker from run_queue q where q.worker > h.worker order by q.worker limit 1)
            from holders h where h.worker is not null
        ), abandoned as (
            select tenant_id, run_id from run_queue
            where worker = any (array (
                select h.worker from holders h
                where h.worker is not null and not exists (select from workers w where w.worker = h.worker)))
            for update skip locked
        )
        update run_queue q set worker = null, state = \(stateWhenFree)
        from abandoned a where q.tenant_id = a.tenant_id and q.run_id = a.run_id
        """

    /// Of a run that its worker had in hand.
    static let stateWhenFree = "case when q.is_held then 'paused' else 'ready' end"

    package func wake(_ run: RunID, in tenant: TenantID, at moment: Timestamp) async throws -> Bool {
        try await pool.rows(Self.wake, [.id(tenant), .id(run), .moment(moment)], in: tenant).affected > 0
    }

    private static let wake = "update run_queue q set \(woken(at: "$3")) where tenant_id = $1 and run_id = $2"

    /// What is set of a run, named `q`, to which something has happened; the moment is SQL.
    static func woken(at moment: String) -> String {
        """
        is_signalled = true,
            due_at = case when q.state = 'waiting' then least(q.due_at, \(moment)) else q.due_at end,
            state = case when q.state <> 'waiting' then q.state when q.is_held then 'paused' else 'ready' end
        """
    }

    package func admitWaiting() async throws -> Int {
        let groups = try await pool.rows(Self.selectGroups, [.number(Self.mostGroups)])
        var count = 0
        for row in groups {
            count += try await admit(
                RunGroup(tenant: row.id("tenant_id"), workflow: row.id("workflow_id"), key: row.text("concurrency_key"))
            )
        }
        return count
    }

    /// Leaps from group to group.
    private static let selectGroups = """
        with recursive groups as (
            (select tenant_id, workflow_id, concurrency_key, 1 as leap from run_queue where state = 'limited'
            order by tenant_id, workflow_id, concurrency_key limit 1)
            union all
            select n.tenant_id, n.workflow_id, n.concurrency_key, g.leap + 1
            from groups g cross join lateral (
                select q.tenant_id, q.workflow_id, q.concurrency_key from run_queue q
                where q.state = 'limited' and (q.tenant_id, q.workflow_id, q.concurrency_key)
                    > (g.tenant_id, g.workflow_id, g.concurrency_key)
                order by q.tenant_id, q.workflow_id, q.concurrency_key limit 1
            ) n
            where g.leap < 10000
        )
        select tenant_id, workflow_id, concurrency_key from groups g
        where (
            select count(*) from run_queue h
            where h.tenant_id = g.tenant_id and h.workflow_id = g.workflow_id
                and h.concurrency_key = g.concurrency_key and h.is_admitted
        ) < (
            select l.concurrency_limit from run_queue l
            where l.state = 'limited' and l.tenant_id = g.tenant_id and l.workflow_id = g.workflow_id
                and l.concurrency_key = g.concurrency_key
            order by l.due_at, l.run_id limit 1
        )
        limit $1
        """

    /// Gives the group's free places to those that wait longest; answers how many.
    func admit(_ group: RunGroup) async throws -> Int {
        try await pool.pipeline(
            [group.lock, PostgresStatement(Self.admit, group.parameters)], in: group.tenant)[1].affected
    }

    private static let admit = """
        with admitted as (
            select tenant_id, run_id from run_queue
            where state = 'limited' and tenant_id = $1 and workflow_id = $2 and concurrency_key = $3
            order by due_at, run_id
            limit greatest(0, coalesce(
                (select concurrency_limit from run_queue
                where state = 'limited' and tenant_id = $1 and workflow_id = $2 and concurrency_key = $3
                order by due_at, run_id limit 1)
                - (select count(*) from run_queue
                where concurrency_key is not null and is_admitted and tenant_id = $1 and workflow_id = $2
                    and concurrency_key = $3), 0))
            for update
        )
        update run_queue q set state = 'ready', is_admitted = true
        from admitted a where q.tenant_id = a.tenant_id and q.run_id = a.run_id and q.state = 'limited'
        """
}

/// Runs of a workflow that share a limit.
struct RunGroup: Sendable, Hashable {
    var tenant: TenantID
    var workflow: WorkflowID
    var key: String

    var parameters: [PostgresValue] { [.id(tenant), .id(workflow), .words(key)] }

    /// Keeps others from changing who has a place, until the transaction ends.
    var lock: PostgresStatement {
        PostgresStatement(
            "select pg_advisory_xact_lock(hashtextextended($1, 4))",
            [.words("\(tenant)/\(workflow)/\(key)")])
    }
}
