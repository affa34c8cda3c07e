package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// Messages for runs in PostgreSQL.
package struct PostgresRunMessages: RunMessages {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func send(
        _ message: RunMessage, to run: RunID, in tenant: TenantID, at moment: Timestamp
    ) async throws -> Bool {
        try await pool.rows(
            Self.insert,
            [
                .id(tenant), .id(run), .word(message.kind), .words(message.id), .moment(moment),
                .document(message.data),
            ], in: tenant
        ).affected > 0
    }

    /// The row of the queue is locked first, so that the run cannot end, or be parked, beside it.
    private static let insert = """
        with addressee as (
            select tenant_id, run_id from run_queue where tenant_id = $1 and run_id = $2 for update
        ), put as (
            insert into run_messages (tenant_id, run_id, kind, message_id, at, data)
            select tenant_id, run_id, $3, $4, $5, $6 from addressee
            on conflict do nothing
        )
        update run_queue q set \(PostgresRunQueue.woken(at: "$5"))
        from addressee a where q.tenant_id = a.tenant_id and q.run_id = a.run_id
        """

    package func messages(for run: RunID, in tenant: TenantID) async throws -> [RunMessage] {
        try await pool.rows(Self.select, [.array(.uuid, [.id(tenant)]), .array(.uuid, [.id(run)])], in: tenant)
            .map(Self.message)
    }

    /// Of any number of runs.
    static let select = """
        select m.run_id, m.kind, m.message_id, m.data
        from unnest($1::uuid[], $2::uuid[]) as asked (tenant_id, run_id) join run_messages m using (tenant_id, run_id)
        order by m.at, m.message_id
        """

    static func message(_ row: PostgresRow) throws -> RunMessage {
        try RunMessage(kind: row.word("kind"), id: row.text("message_id"), data: row.document("data"))
    }

    package func addressees(worker: String) async throws -> [RunID] {
        try await pool.rows(Self.selectAddressees, [.words(worker)]).map { try $0.id("run_id") }
    }

    private static let selectAddressees = """
        select q.run_id from run_queue q
        where q.worker = $1 and exists (
            select from run_messages m where m.tenant_id = q.tenant_id and m.run_id = q.run_id)
        order by q.run_id
        """

    package func forget(_ messages: [RunMessage], of run: RunID, in tenant: TenantID) async throws {
        _ = try await pool.rows(
            Self.delete,
            [
                .id(tenant), .id(run), .array(.text, messages.map { .word($0.kind) }),
                .array(.text, messages.map { .words($0.id) }),
            ], in: tenant)
    }

    private static let delete = """
        delete from run_messages m using unnest($3::text[], $4::text[]) as known (kind, message_id)
        where m.tenant_id = $1 and m.run_id = $2 and m.kind = known.kind and m.message_id = known.message_id
        """

    /// Tells parents that runs have ended, in the transaction that ends them. `runs` is a list of tenant_id and run_id,
    /// `moment` when it was, both SQL; `condition` what must hold besides.
    static func tellParents(of runs: String, at moment: String, where condition: String = "true") -> String {
        """
        with told as (
            select r.tenant_id, r.parent_run_id, r.run_id, r.parent_step, \(moment) as at
            from \(runs) as ended (tenant_id, run_id)
                join runs r on r.tenant_id = ended.tenant_id and r.run_id = ended.run_id
            where r.parent_step is not null and \(condition)
        ), addressees as (
            select q.tenant_id, q.run_id, t.at from told t
                join run_queue q on q.tenant_id = t.tenant_id and q.run_id = t.parent_run_id
            order by q.tenant_id, q.run_id for update of q
        ), put as (
            insert into run_messages (tenant_id, run_id, kind, message_id, at, data)
            select t.tenant_id, t.parent_run_id, 'child', t.run_id::text, t.at, t.parent_step
            from told t join addressees a on a.tenant_id = t.tenant_id and a.run_id = t.parent_run_id
            on conflict do nothing
        )
        update run_queue q set \(PostgresRunQueue.woken(at: "a.at"))
        from addressees a where q.tenant_id = a.tenant_id and q.run_id = a.run_id
        """
    }
}
