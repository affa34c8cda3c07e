package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// Events for all runs of a tenant, in PostgreSQL.
///
/// Who puts an event and who begins to wait for it hold the same lock, by name and key, so that one of them sees the other's
/// row: an event is never lost between the two.
package struct PostgresEventStore: EventStore {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func put(_ event: SharedEvent, in tenant: TenantID, at now: Timestamp) async throws -> [RunID]? {
        try await pool.transaction(in: tenant) { connection in
            _ = try await connection.query(Self.lock, Self.lockKey(event.name, event.key, tenant))
            let isNew =
                try await connection.query(
                    Self.insert,
                    [
                        .id(tenant), .words(event.id), .words(event.name), .words(event.key), .document(event.payload),
                        .moment(now), .moment(event.keepUntil),
                    ]
                ).affected > 0
            guard isNew else { return nil }
            let runs = try await connection.query(
                Self.deliver,
                [
                    .id(tenant), .words(event.name), .words(event.key), .words(event.id), .moment(now),
                    .document(event.message.data),
                ])
            return try runs.map { try $0.id("run_id") }
        }
    }

    private static func lockKey(_ name: String, _ key: String, _ tenant: TenantID) -> [PostgresValue] {
        [.words("\(tenant.uuid) \(name.utf8.count) \(name) \(key)")]
    }

    private static let lock = "select pg_advisory_xact_lock(hashtextextended($1, 7))"

    private static let insert = """
        insert into events (tenant_id, event_id, name, key, payload, at, keep_until)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
        """

    private static let deliver = """
        with addressees as (
            select q.tenant_id, q.run_id from event_waits w
                join run_queue q on q.tenant_id = w.tenant_id and q.run_id = w.run_id
            where w.tenant_id = $1 and w.name = $2 and w.key = $3
            order by q.run_id for update of q
        ), put as (
            insert into run_messages (tenant_id, run_id, kind, message_id, at, data)
            select tenant_id, run_id, 'event', $4::text, $5::timestamptz, $6::json from addressees
            on conflict do nothing
        )
        update run_queue q set \(PostgresRunQueue.woken(at: "$5::timestamptz"))
        from addressees a where q.tenant_id = a.tenant_id and q.run_id = a.run_id
        returning q.run_id
        """

    package func listen(
        for name: String, key: String, run: RunID, in tenant: TenantID, at now: Timestamp
    ) async throws -> Bool {
        try await pool.transaction(in: tenant) { connection in
            _ = try await connection.query(Self.lock, Self.lockKey(name, key, tenant))
            _ = try await connection.query(
                Self.wait, [.id(tenant), .words(name), .words(key), .id(run), .moment(now)])
            return try await connection.query(
                Self.catchUp, [.id(tenant), .words(name), .words(key), .id(run), .moment(now)]
            ).affected > 0
        }
    }

    private static let wait = """
        insert into event_waits (tenant_id, name, key, run_id, since) values ($1, $2, $3, $4, $5) on conflict do nothing
        """

    /// A run that waits a second time is told the same again, which it knows then.
    private static let catchUp = """
        insert into run_messages (tenant_id, run_id, kind, message_id, at, data)
        select e.tenant_id, q.run_id, 'event', e.event_id, e.at,
            json_build_object('name', e.name, 'key', e.key, 'payload', e.payload)
        from events e join run_queue q on q.tenant_id = e.tenant_id and q.run_id = $4
        where e.tenant_id = $1 and e.name = $2 and e.key = $3 and e.keep_until > $5
        on conflict do nothing
        """

    package func forget(at now: Timestamp) async throws {
        _ = try await pool.rows(Self.forgetEvents, [.moment(now), .moment(now + -SharedEvent.longestKept)])
        _ = try await pool.rows(Self.forgetWaits, [.moment(now + -60_000)])
    }

    /// Ids are known for as long as an event may be kept, so that a sender's repetition is recognised.
    private static let forgetEvents = "delete from events where keep_until < $1 and at < $2"

    private static let forgetWaits = """
        delete from event_waits w where since < $1 and not exists (
            select from run_queue q where q.tenant_id = w.tenant_id and q.run_id = w.run_id)
        """
}
