import PatchbayCore
import PatchbayPostgres

extension JournalWriter {
    /// What is on disk after a commit.
    struct Receipt: Sendable {
        /// Whether the batch's worker lives. When it does not, nothing that is under its leases was written.
        let isWorkerAlive: Bool
        /// The new runs that were written this time. One that was to be begun by a worker is left out where that may not
        /// be, or not by this worker; one under a key, where that was used before.
        let accepted: Set<RunID>
        /// The runs that are stored under the batch's keys, since this time or before.
        let keyed: [RunKey: RunRecord]
    }

    /// By what a repeated start is recognised.
    struct RunKey: Hashable, Sendable {
        let tenant: TenantID
        let workflow: WorkflowID
        let text: String

        init?(_ run: NewRun) {
            guard let key = run.deliveryKey, case .text(let text) = PostgresValue.words(key) else { return nil }
            (tenant, workflow, self.text) = (run.record.tenant, run.record.workflow, text)
        }

        init(_ record: RunRecord, _ text: String) {
            (tenant, workflow, self.text) = (record.tenant, record.workflow, text)
        }
    }

    /// Writes a batch in one transaction, which is one round trip.
    ///
    /// The only way to take a run from a worker is to delete the worker's row, so the row's lock fences all runs of a
    /// batch at once: whoever wants to declare the worker dead waits for the batch, and later batches find no row.
    func commit(_ batch: WriteBatch, over connection: PostgresConnection) async throws -> Receipt {
        let answers = try await connection.pipeline(statements(for: batch))
        var keyed: [RunKey: RunRecord] = [:]
        if batch.hasKeys {
            for row in answers[answers.count - 1] {
                let record = try PostgresRunStore.record(row)
                keyed[RunKey(record, try row.text("delivery_key"))] = record
            }
        }
        let accepted =
            try batch.accepts.isEmpty
            ? [] : answers[batch.worker == nil ? 0 : 1].map { try $0.id("run_id", of: RunTag.self) }
        return Receipt(
            isWorkerAlive: batch.worker == nil || !answers[0].isEmpty, accepted: Set(accepted), keyed: keyed)
    }

    /// Whether an append was stored by an earlier attempt whose acknowledgement was lost: its last entry is there, written
    /// under the same lease.
    func isStored(_ append: JournalAppend, over connection: PostgresConnection) async throws -> Bool {
        guard let last = append.entries.last else { return false }
        let known = try await connection.query(
            Self.selectKnown,
            [.id(append.tenant), .id(append.run), .number(last.sequence), .number(append.epoch)])
        return !known.isEmpty
    }

    private static let selectKnown = """
        select 1 as known from run_journal where tenant_id = $1 and run_id = $2 and seq = $3 and epoch = $4
        """

    /// The run as an earlier attempt stored it, whose acknowledgement was lost.
    func stored(_ accept: RunAcceptance, over connection: PostgresConnection) async throws -> RunRecord? {
        try await connection.query(
            PostgresRunStore.select, [.id(accept.run.record.tenant), .id(accept.run.record.id)]
        ).first.map(PostgresRunStore.record)
    }

    private func statements(for batch: WriteBatch) -> [PostgresStatement] {
        let worker = PostgresValue.optional(batch.worker, PostgresValue.words)
        var statements: [PostgresStatement] = []
        func add(_ sql: String, _ parameters: [PostgresValue]) {
            statements.append(PostgresStatement(sql, parameters, isPrepared: true))
        }
        if let worker = batch.worker { add(Self.lockWorker, [.words(worker)]) }
        if !batch.accepts.isEmpty {
            add(Self.insertRuns, WriteBatch.runColumns(batch.accepts) + [worker])
        }
        // Of some runs only this transaction knows whether they are there; the others are.
        let (certain, uncertain) = (batch.certain, batch.uncertain)
        if !certain.isEmpty {
            add(Self.enqueue, WriteBatch.queueColumns(certain))
            add(Self.insertFreeEntries, WriteBatch.entryColumns(certain.flatMap(\.rows)))
        }
        if !uncertain.isEmpty {
            add(Self.enqueueNew, WriteBatch.queueColumns(uncertain))
            add(Self.insertFirstEntries, WriteBatch.entryColumns(uncertain.flatMap(\.rows)))
        }
        if batch.hasEvents { add(Self.insertEvents, WriteBatch.eventColumns(batch.accepts)) }
        let rows = batch.appends.flatMap(\.rows)
        if !rows.isEmpty { add(Self.insertEntries, WriteBatch.entryColumns(rows) + [worker]) }
        if let lines = batch.logColumns { add(Self.insertLog, lines + [worker]) }
        if let ends = batch.endColumns {
            add(Self.endRuns, ends + [worker])
            if let awaited = batch.awaitedColumns { add(Self.tellParents, awaited + [worker]) }
            add(Self.dequeue, Array(ends.prefix(2)) + [worker])
        }
        if batch.hasKeys { add(Self.selectKeyed, Array(WriteBatch.runColumns(batch.keyed)[0...7])) }
        return statements
    }

    /// Against its deletion only: heartbeats change the row meanwhile.
    static let lockWorker = "select worker from workers where worker = $1 for key share"

    /// A run begins in the worker's hands only while the worker lives, and where neither the tenant's share nor a pause of
    /// the workflow has a say in who may begin it.
    private static let insertRuns = """
        insert into runs (
            tenant_id, run_id, workflow_id, version, workflow_name, status, trigger, delivery_key, created_at, started_at,
            parent_run_id, parent_step)
        select tenant_id, run_id, workflow_id, version, workflow_name, status, trigger, delivery_key, created_at,
            started_at, parent_run_id, parent_step
        from unnest(
            $1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::timestamptz[], $10::timestamptz[], $11::text[], $12::uuid[], $13::json[], $14::bigint[])
            as new (tenant_id, run_id, workflow_id, version, workflow_name, status, trigger, delivery_key, created_at,
                started_at, worker, parent_run_id, parent_step, newest)
        where (newest is null or exists (
            select from workflows f
            where f.tenant_id = new.tenant_id and f.workflow_id = new.workflow_id and f.version = new.newest
                and f.status = 'active' and f.deleted_at is null))
        and (worker is null or (
            exists (select from workers w where w.worker = $15::text)
            and not exists (
                select from tenant_shares s
                where s.tenant_id = new.tenant_id and (s.concurrency is not null or s.labels <> '{}' or s.is_suspended))
            and not exists (
                select from workflows f
                where f.tenant_id = new.tenant_id and f.workflow_id = new.workflow_id and f.status = 'paused')))
        on conflict (tenant_id, workflow_id, delivery_key) where delivery_key is not null do nothing
        returning run_id
        """

    private static let enqueue = queueInsert

    /// Only of runs that are there. A look into `runs` for each, whatever the planner thinks
    /// of the table's size.
    private static let enqueueNew = """
        \(queueInsert)
            cross join lateral (
                select from runs r where r.tenant_id = new.tenant_id and r.run_id = new.run_id limit 1) there
        """

    /// The run of a workflow that has just been paused waits like those before it.
    private static let queueInsert = """
        insert into run_queue (tenant_id, run_id, due_at, worker, epoch, workflow_id, state, pool)
        select new.tenant_id, new.run_id, new.due_at, new.worker, new.epoch, new.workflow_id,
            case when f.status = 'paused' and new.worker is null then 'paused' else 'ready' end,
            case when new.labels = '' and s.tenant_id is null then '' else
                \(PostgresRunStore.pool(of: "string_to_array(new.labels, ',')", and: "s.labels")) end
        from unnest(
            $1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::bigint[], $6::uuid[], $7::text[])
            as new (tenant_id, run_id, due_at, worker, epoch, workflow_id, labels)
            left join tenant_shares s on s.tenant_id = new.tenant_id
            left join workflows f on f.tenant_id = new.tenant_id and f.workflow_id = new.workflow_id
        """

    private static let entryNames = "tenant_id, run_id, seq, at, kind, node, path, attempt, data, epoch, blobs"

    private static let entryArrays = """
        unnest(
            $1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::bigint[],
            $9::json[], $10::bigint[], $11::json[])
        """

    private static let insertEntries = """
        insert into run_journal (\(entryNames)) select * from \(entryArrays)
        where exists (select from workers w where w.worker = $12::text)
        """

    static let insertFreeEntries = "insert into run_journal (\(entryNames)) select * from \(entryArrays)"

    private static let insertFirstEntries = """
        insert into run_journal (\(entryNames))
        select new.* from \(entryArrays) as new (\(entryNames))
            cross join lateral (
                select from runs r where r.tenant_id = new.tenant_id and r.run_id = new.run_id limit 1) there
        """

    /// Only of runs that were stored.
    static let insertEvents = """
        insert into audit_pending (tenant_id, event_id, at, content)
        select new.tenant_id, new.event_id, new.at, new.content
        from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::json[], $5::uuid[])
            as new (tenant_id, event_id, at, content, run_id)
            cross join lateral (
                select from runs r where r.tenant_id = new.tenant_id and r.run_id = new.run_id limit 1) there
        """

    private static let insertLog = """
        insert into run_log (tenant_id, run_id, at, node, attempt, level, message, fields)
        select * from unnest(
            $1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::json[])
        where exists (select from workers w where w.worker = $9::text)
        """

    private static let endRuns = """
        update runs r set status = ended.status, finished_at = ended.at, error = ended.error
        from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::json[])
            as ended (tenant_id, run_id, status, at, error)
        where r.tenant_id = ended.tenant_id and r.run_id = ended.run_id
            and exists (select from workers w where w.worker = $6::text)
        """

    private static let tellParents = PostgresRunMessages.tellParents(
        of: "unnest($1::uuid[], $2::uuid[])", at: "coalesce(r.finished_at, r.created_at)",
        where: "exists (select from workers w where w.worker = $3::text)")

    private static let dequeue = """
        delete from run_queue q using unnest($1::uuid[], $2::uuid[]) as ended (tenant_id, run_id)
        where q.tenant_id = ended.tenant_id and q.run_id = ended.run_id
            and exists (select from workers w where w.worker = $3::text)
        """

    private static let selectKeyed = """
        select \(PostgresRunStore.columns), r.delivery_key
        from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[])
            as new (tenant_id, run_id, workflow_id, version, workflow_name, status, trigger, delivery_key)
            cross join lateral (
                select * from runs r
                where r.tenant_id = new.tenant_id and r.workflow_id = new.workflow_id
                    and r.delivery_key = new.delivery_key
                limit 1) r
        """
}
