package import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

extension PostgresJournal {
    package func lease(
        limit: Int, worker: String, at: Timestamp, abandonedBefore: Timestamp
    ) async throws -> [LeasedRun] {
        guard limit > 0 else { return [] }
        return try await pool.transaction { connection in
            // In one round trip, which is most of what a claim takes.
            let answers = try await connection.pipeline(
                [
                    PostgresStatement(PostgresRunQueue.bury, [.moment(abandonedBefore), .words(worker)]),
                    PostgresStatement(PostgresRunQueue.freeAbandoned),
                    PostgresStatement(JournalWriter.lockWorker, [.words(worker)]),
                ] + placesInTurn)
            // Only a living worker may have leases, since the dead are found by them.
            guard !answers[2].isEmpty else {
                presence?.doubt()
                throw JournalError.unknownWorker
            }
            let turn = try nextTurn(Array(answers.dropFirst(3)))
            guard !turn.isEmpty else { return [] }
            let leases = try await take(limit: limit, of: turn, for: worker, at: at, over: connection)
            guard !leases.isEmpty else { return [] }
            return try await read(leases, of: worker, at: at, over: connection)
        }
    }

    private func take(
        limit: Int, of turn: [ClaimTurn.Place], for worker: String, at: Timestamp, over connection: PostgresConnection
    ) async throws -> [Lease] {
        let tenants = PostgresValue.array(.uuid, turn.map { .id($0.tenant) })
        let lacking = lacking.pins
        let parameters: [PostgresValue] = [
            .array(.text, turn.map { .text($0.pool) }), tenants, .moment(at),
            .number(ClaimTurn.reach(limit: limit, places: turn.count)), .number(limit * 4), .number(limit),
            .words(worker),
        ]
        let rows = try await connection.pipeline([
            PostgresStatement(Self.lockShares, [tenants]),
            lacking.isEmpty
                ? PostgresStatement(Self.take, parameters)
                : PostgresStatement(
                    Self.takeServable, parameters + [.array(.text, lacking.map { .words($0.description) })]),
        ])[1]
        return try rows.map { row in
            try Lease(
                tenant: row.id("tenant_id"), run: row.id("run_id"), epoch: row.number("epoch"),
                isCancelRequested: row.bool("is_cancelled"), concurrencyKey: row.present("concurrency_key", row.text))
        }
    }

    private func read(
        _ leases: [Lease], of worker: String, at: Timestamp, over connection: PostgresConnection
    ) async throws -> [LeasedRun] {
        let byRun = Dictionary(leases.map { ($0.run, $0) }, uniquingKeysWith: { first, _ in first })
        let tenants = PostgresValue.array(.uuid, leases.map { .id($0.tenant) })
        let runs = PostgresValue.array(.uuid, leases.map { .id($0.run) })
        let results = try await connection.pipeline([
            PostgresStatement(Self.start, [tenants, runs, .word(RunStatus.running), .moment(at)]),
            PostgresStatement(Self.selectLeased, [tenants, runs], isPrepared: true),
            PostgresStatement(Self.selectEntries, [tenants, runs]),
            PostgresStatement(PostgresRunMessages.select, [tenants, runs]),
        ])
        let rows = Array(results[2])
        let whole = try await BlobStore.entries(rows) { try await connection.query($0, $1) }
        let entries = try Dictionary(grouping: zip(rows, whole)) { try $0.0.id("run_id", of: RunTag.self) }
        let messages = try Dictionary(grouping: results[3]) { try $0.id("run_id", of: RunTag.self) }
        return try results[1].map { row in
            let record = try PostgresRunStore.record(row)
            let lease = byRun[record.id]
            return try LeasedRun(
                record: record, worker: worker, epoch: lease?.epoch ?? 0, document: row.document("document"),
                entries: (entries[record.id] ?? []).map(\.1),
                isCancelRequested: lease?.isCancelRequested ?? false, concurrencyKey: lease?.concurrencyKey,
                messages: (messages[record.id] ?? []).map(PostgresRunMessages.message))
        }
    }

    private struct Lease {
        var tenant: TenantID
        var run: RunID
        var epoch: Int
        var isCancelRequested: Bool
        var concurrencyKey: String?
    }

    /// One claim at a time for tenants with a limit, so that what is counted below is all there is. In the order of the
    /// key, so that two claims never wait for each other in a circle.
    private static let lockShares = """
        select tenant_id from tenant_shares where tenant_id = any ($1::uuid[]) and concurrency is not null
        order by tenant_id for update
        """

    /// Takes runs of the tenants whose turn it is: always one of the tenant that has least in hand for its weight, and of a
    /// tenant the run that is due longest.
    ///
    /// A few rows of each tenant are looked at, however many wait. More are chosen than are wanted, because others may take
    /// some of them at this moment; those are passed over.
    private static let take = take()

    /// As `take`, without the runs of workflow versions that name a connector version of `$8`. A statement of its own: where
    /// nothing is lacking, which is the rule, a claim does not ask what a run needs.
    private static let takeServable = take(
        where: """
            and not exists (
                select from runs r join workflow_versions v
                    on v.tenant_id = r.tenant_id and v.workflow_id = r.workflow_id and v.version = r.version
                where r.tenant_id = q.tenant_id and r.run_id = q.run_id and v.pins && $8::text[])
            """)

    private static func take(where condition: String = "") -> String {
        """
        with turn as (
            select pool, tenant_id from unnest($1::text[], $2::uuid[]) as t (pool, tenant_id)
        ), running as (
            select tenant_id, count(*) as runs from run_queue
            where worker is not null and tenant_id = any ($2::uuid[]) group by tenant_id
        ), candidates as (
            select t.tenant_id, q.run_id, q.due_at,
                row_number() over (partition by t.tenant_id order by q.due_at, q.run_id) as place
            from turn t cross join lateral (
                select run_id, due_at from run_queue q
                where worker is null and state = 'ready' and pool = t.pool and tenant_id = t.tenant_id and due_at <= $3
                    \(condition)
                order by due_at, run_id limit $4
            ) q
        ), chosen as (
            select c.tenant_id, c.run_id, c.due_at,
                (coalesce(r.runs, 0) + c.place)::float8 / coalesce(s.weight, 1) as share
            from candidates c left join running r using (tenant_id) left join tenant_shares s using (tenant_id)
            where (s.concurrency is null or coalesce(r.runs, 0) + c.place <= s.concurrency)
                and s.is_suspended is not true
            order by share, c.due_at, c.run_id limit $5
        ), locked as (
            select q.tenant_id, q.run_id from run_queue q join chosen c using (tenant_id, run_id)
            where q.worker is null and q.state = 'ready'
            order by c.share, c.due_at, c.run_id limit $6
            for update of q skip locked
        )
        update run_queue q set worker = $7, epoch = q.epoch + 1, is_signalled = false
        from locked l where q.tenant_id = l.tenant_id and q.run_id = l.run_id
        returning q.tenant_id, q.run_id, q.epoch, q.cancel_requested_at is not null as is_cancelled,
            q.concurrency_key
        """
    }

    private static let start = """
        update runs r set status = $3, started_at = coalesce(r.started_at, $4)
        from unnest($1::uuid[], $2::uuid[]) as leased (tenant_id, run_id)
        where r.tenant_id = leased.tenant_id and r.run_id = leased.run_id
        """

    /// A look for each run. A join may begin at the workflow, and then it reads all runs that this ever had.
    private static let selectLeased = """
        select \(PostgresRunStore.columns), v.document
        from unnest($1::uuid[], $2::uuid[]) as leased (tenant_id, run_id)
            cross join lateral (
                select * from runs r where r.tenant_id = leased.tenant_id and r.run_id = leased.run_id limit 1) r
            cross join lateral (
                select document from workflow_versions v
                where v.tenant_id = r.tenant_id and v.workflow_id = r.workflow_id and v.version = r.version limit 1) v
        order by r.run_id
        """

    private static let selectEntries = """
        select \(PostgresRunStore.entryColumns)
        from unnest($1::uuid[], $2::uuid[]) as leased (tenant_id, run_id) join run_journal using (tenant_id, run_id)
        order by run_id, seq
        """
}
