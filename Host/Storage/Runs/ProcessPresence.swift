import PatchbayPostgres
import Synchronization

/// By what others know soon that this process is gone: a lock that its listening session holds. The server frees it with
/// the session, which ends with the process, also when that was killed.
///
/// A free lock is no proof of death, since sessions break for other reasons: a process that lives has it again within a
/// second. Nor does a held one prove life, so that heartbeats count all the same.
package final class ProcessPresence: Sendable {
    /// Chosen at random; unlike the locks by which migrations and groups take turns, it is never waited for.
    let key = Int64.random(in: 1...Int64.max)
    private let doubted = Atomic(false)

    package init() {}

    /// Whether a worker of this process was declared dead. A pooler may have given the session to others and ended it
    /// unnoticed, so that from now on workers are known by the lock only where somebody is seen to hold it.
    var isDoubted: Bool { doubted.load(ordering: .relaxed) }

    func doubt() { doubted.store(true, ordering: .relaxed) }

    /// Shared, so that a new session need not wait for the server to notice that the one before is gone.
    func hold(over connection: PostgresConnection) async throws {
        _ = try await connection.query("select pg_advisory_lock_shared($1)", [.int(key)])
    }

    /// The keys that are held, as the column `key`.
    static let held = """
        select (classid::bigint << 32) | objid::bigint as key from pg_locks
        where locktype = 'advisory' and objsubid = 1 and granted
            and database = (select oid from pg_database where datname = current_database())
        """
}

/// How patiently those are treated whose presence is missing. Times are in milliseconds of the server's clock.
package struct PresenceRules: Sendable {
    /// How long a lock may be free while its process connects again.
    package var patience: Int64 = 700
    /// How long nobody is missed after the server's start: everybody has lost their sessions then.
    package var afterStart: Int64 = 5_000

    package init() {}
}
