import Logging
import PatchbayCore
import PatchbayPostgres
import Synchronization

/// Counts what tenants use and adds it up in `tenant_usage`, once a second as long as there is something: what runs
/// write all the time must not wait for a counter. What a process counted in its last second is lost when it is killed.
final class UsageMeter: Sendable {
    /// How long counts are gathered.
    private static let interval = Duration.seconds(1)

    struct Amount: Sendable, Equatable {
        var runs = 0
        var steps = 0
        var bytes = 0

        static func += (total: inout Amount, more: Amount) {
            total.runs += more.runs
            total.steps += more.steps
            total.bytes += more.bytes
        }
    }

    struct Key: Hashable, Sendable {
        var tenant: TenantID
        /// Since 1970-01-01, in UTC.
        var day: Int64

        init(_ tenant: TenantID, at moment: Timestamp) {
            self.tenant = tenant
            day = moment.day
        }
    }

    private struct State {
        var amounts: [Key: Amount] = [:]
        /// Whether a task is there that will write them.
        var isAwaited = false
    }

    private let pool: PostgresPool
    private let log: Logger
    /// Rows of this process alone, so that it waits for no other.
    private let slot = Int.random(in: 1...Int(Int32.max))
    private let state = Mutex(State())

    init(_ pool: PostgresPool, log: Logger) {
        self.pool = pool
        self.log = log
    }

    func add(_ amounts: [Key: Amount]) {
        guard !amounts.isEmpty else { return }
        let isFirst = state.withLock { state in
            Self.add(amounts, to: &state)
            defer { state.isAwaited = true }
            return !state.isAwaited
        }
        // The task ends when there is nothing left to write.
        if isFirst { Task { await self.writeAll() } }
    }

    /// What was counted of a tenant's runs on certain days, and is not written yet.
    func pendingRuns(of tenant: TenantID, on days: Range<Int64>) -> Int {
        state.withLock { state in
            state.amounts.reduce(0) {
                $1.key.tenant == tenant && days.contains($1.key.day) ? $0 + $1.value.runs : $0
            }
        }
    }

    /// Writes what there is, now.
    func flush() async {
        let amounts = state.withLock { state in
            defer { state.amounts = [:] }
            return state.amounts
        }
        guard !amounts.isEmpty else { return }
        do {
            try await write(amounts)
        } catch let error as PostgresError where error.code == .closed {
            log.debug("what tenants used last was not written, because the host ends")
        } catch {
            log.debug("what tenants used could not be written yet", metadata: ["error": "\(error)"])
            state.withLock { Self.add(amounts, to: &$0) }
        }
    }

    private func writeAll() async {
        repeat {
            try? await Task.sleep(for: Self.interval)
            await flush()
        } while state.withLock({ state in
            state.isAwaited = !state.amounts.isEmpty
            return state.isAwaited
        })
    }

    private static func add(_ amounts: [Key: Amount], to state: inout State) {
        for (key, amount) in amounts { state.amounts[key, default: Amount()] += amount }
    }

    private func write(_ amounts: [Key: Amount]) async throws {
        let rows = Array(amounts)
        _ = try await pool.rows(
            Self.upsert,
            [
                .array(.uuid, rows.map { .id($0.key.tenant) }), .array(.int, rows.map { .int($0.key.day) }),
                .number(slot), .array(.int, rows.map { .number($0.value.runs) }),
                .array(.int, rows.map { .number($0.value.steps) }), .array(.int, rows.map { .number($0.value.bytes) }),
            ])
    }

    /// Of tenants that are still there.
    private static let upsert = """
        insert into tenant_usage as u (tenant_id, day, slot, runs, steps, bytes, kept_bytes)
        select n.tenant_id, date '1970-01-01' + n.day::int, $3, n.runs, n.steps, n.bytes, n.bytes
        from unnest($1::uuid[], $2::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
            as n (tenant_id, day, runs, steps, bytes)
        where exists (select from tenants t where t.tenant_id = n.tenant_id)
        on conflict (tenant_id, day, slot) do update
        set runs = u.runs + excluded.runs, steps = u.steps + excluded.steps, bytes = u.bytes + excluded.bytes,
            kept_bytes = u.kept_bytes + excluded.kept_bytes
        """
}

extension Timestamp {
    /// Days since 1970-01-01, in UTC.
    var day: Int64 { milliseconds >= 0 ? milliseconds / 86_400_000 : (milliseconds - 86_399_999) / 86_400_000 }
}
