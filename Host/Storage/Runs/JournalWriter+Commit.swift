import PatchbayCore
import PatchbayPostgres

extension JournalWriter {
    /// Which appends are on disk after a commit.
    struct Receipt: Sendable {
        /// Those whose lease is held, so that they were written.
        fileprivate(set) var held: Set<RunID>
        /// Those that an earlier attempt wrote, whose acknowledgement was lost: run and last entry.
        fileprivate(set) var known: [RunID: Set<Int>]

        func covers(_ append: JournalAppend) -> Bool { held.contains(append.run) || knows(append) }

        fileprivate func knows(_ append: JournalAppend) -> Bool {
            guard let last = append.entries.last else { return false }
            return known[append.run]?.contains(last.sequence) == true
        }
    }

    /// Writes a batch in one transaction of two round trips.
    func commit(_ appends: [JournalAppend]) async throws -> Receipt {
        // Rows of one tenant go together, for the day they live on different servers.
        let batch = AppendBatch(appends: appends.sorted { $0.tenant < $1.tenant })
        return try await pool.withTransaction { connection in
            let answers = try await connection.pipeline([
                PostgresStatement(Self.lockLeases, [batch.tenants, batch.runs, batch.epochs]),
                PostgresStatement(
                    Self.selectKnown, [batch.tenants, batch.runs, batch.epochs, batch.lastSequences]),
            ])
            var receipt = Receipt(held: try Set(answers[0].map { try $0.id("run_id") }), known: [:])
            for row in answers[1] { try receipt.known[row.id("run_id"), default: []].insert(row.number("seq")) }
            let writable = AppendBatch(
                appends: batch.appends.filter { receipt.held.contains($0.run) && !receipt.knows($0) })
            if !writable.appends.isEmpty { _ = try await connection.pipeline(Self.statements(for: writable)) }
            return receipt
        }
    }

    private static func statements(for batch: AppendBatch) -> [PostgresStatement] {
        var statements = [PostgresStatement(insertEntries, batch.entryColumns)]
        if let lines = batch.logColumns { statements.append(PostgresStatement(insertLog, lines)) }
        if let ends = batch.endColumns {
            statements.append(PostgresStatement(endRuns, ends))
            statements.append(PostgresStatement(dequeue, Array(ends.prefix(2))))
        }
        return statements
    }

    /// In the order of the key, so that two writers never wait for each other in a circle.
    private static let lockLeases = """
        select q.run_id from run_queue q
            join unnest($1::uuid[], $2::uuid[], $3::bigint[]) as given (tenant_id, run_id, epoch)
                on q.tenant_id = given.tenant_id and q.run_id = given.run_id and q.epoch = given.epoch
        where q.worker is not null
        order by q.tenant_id, q.run_id
        for update of q
        """

    /// An append whose last entry is there, written under the same lease, was stored by an earlier attempt.
    private static let selectKnown = """
        select j.run_id, j.seq from run_journal j
            join unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[]) as given (tenant_id, run_id, epoch, seq)
                on j.tenant_id = given.tenant_id and j.run_id = given.run_id and j.seq = given.seq
                    and j.epoch = given.epoch
        """

    private static let insertEntries = """
        insert into run_journal (tenant_id, run_id, seq, at, kind, node, path, attempt, data, epoch)
        select * from unnest(
            $1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::bigint[],
            $9::json[], $10::bigint[])
        """

    private static let insertLog = """
        insert into run_log (tenant_id, run_id, at, node, attempt, level, message, fields)
        select * from unnest(
            $1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::json[])
        """

    private static let endRuns = """
        update runs r set status = ended.status, finished_at = ended.at, error = ended.error
        from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::json[])
            as ended (tenant_id, run_id, status, at, error)
        where r.tenant_id = ended.tenant_id and r.run_id = ended.run_id
        """

    private static let dequeue = """
        delete from run_queue q using unnest($1::uuid[], $2::uuid[]) as ended (tenant_id, run_id)
        where q.tenant_id = ended.tenant_id and q.run_id = ended.run_id
        """
}
