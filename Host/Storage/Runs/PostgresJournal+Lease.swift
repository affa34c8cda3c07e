package import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

extension PostgresJournal {
    package func lease(
        limit: Int, worker: String, at: Timestamp, abandonedBefore: Timestamp
    ) async throws -> [LeasedRun] {
        guard limit > 0 else { return [] }
        return try await pool.transaction { connection in
            let answers = try await connection.pipeline([
                PostgresStatement(Self.bury, [.moment(abandonedBefore), .words(worker)]),
                PostgresStatement(JournalWriter.lockWorker, [.words(worker)]),
                PostgresStatement(Self.take, [.number(limit), .words(worker), .moment(at)]),
            ])
            // Only a living worker may have leases, since the dead are found by them.
            guard !answers[1].isEmpty else { throw JournalError.unknownWorker }
            let leases = answers[2]
            guard !leases.isEmpty else { return [] }
            let epochs = try Dictionary(
                leases.map { (try $0.id("run_id", of: RunTag.self), try $0.number("epoch")) }, uniquingKeysWith: max)
            let tenants = try PostgresValue.array(.uuid, leases.map { .id(try $0.id("tenant_id", of: TenantTag.self)) })
            let runs = try PostgresValue.array(.uuid, leases.map { .id(try $0.id("run_id", of: RunTag.self)) })
            let results = try await connection.pipeline([
                PostgresStatement(
                    Self.start, [tenants, runs, .word(RunStatus.running), .moment(at)]),
                PostgresStatement(Self.selectLeased, [tenants, runs]),
                PostgresStatement(Self.selectEntries, [tenants, runs]),
            ])
            let entries = try Dictionary(grouping: results[2]) { try $0.id("run_id", of: RunTag.self) }
            return try results[1].map { row in
                let record = try PostgresRunStore.record(row)
                return try LeasedRun(
                    record: record, worker: worker, epoch: epochs[record.id] ?? 0, document: row.document("document"),
                    entries: (entries[record.id] ?? []).map(PostgresRunStore.entry))
            }
        }
    }

    /// Declares silent workers dead, by deleting their rows. Waits for appends that are being written for them: these hold
    /// a lock on the row, and those that come after find none. A worker is never silent to itself.
    private static let bury = """
        delete from workers w using (
            select worker from workers where heartbeat_at < $1 and worker <> $2 order by worker for update
        ) silent
        where w.worker = silent.worker
        """

    /// Free runs, and those of dead workers, oldest first. What another worker is taking at this moment is passed over.
    ///
    /// Who is dead is settled in a subquery of its own. A join would be wrong: when a row was taken by somebody else
    /// since the statement began, the server tests the new row against the old partner of the join, which for a run
    /// that was free is no worker at all.
    private static let take = """
        with chosen as (
            select q.tenant_id, q.run_id
            from run_queue q
            where q.due_at <= $3
                and (
                    q.worker is null
                    or q.worker = any (array (
                        select h.worker from (select distinct worker from run_queue where worker is not null) h
                        where not exists (select from workers w where w.worker = h.worker))))
            order by q.due_at, q.run_id
            limit $1
            for update of q skip locked
        )
        update run_queue q set worker = $2, epoch = q.epoch + 1
        from chosen where q.tenant_id = chosen.tenant_id and q.run_id = chosen.run_id
        returning q.tenant_id, q.run_id, q.epoch
        """

    private static let start = """
        update runs r set status = $3, started_at = coalesce(r.started_at, $4)
        from unnest($1::uuid[], $2::uuid[]) as leased (tenant_id, run_id)
        where r.tenant_id = leased.tenant_id and r.run_id = leased.run_id
        """

    private static let selectLeased = """
        select \(PostgresRunStore.columns), v.document
        from unnest($1::uuid[], $2::uuid[]) as leased (tenant_id, run_id)
            join runs r using (tenant_id, run_id)
            join workflow_versions v
                on v.tenant_id = r.tenant_id and v.workflow_id = r.workflow_id and v.version = r.version
        order by r.run_id
        """

    private static let selectEntries = """
        select \(PostgresRunStore.entryColumns)
        from unnest($1::uuid[], $2::uuid[]) as leased (tenant_id, run_id) join run_journal using (tenant_id, run_id)
        order by run_id, seq
        """
}
