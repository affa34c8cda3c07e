import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import Synchronization

/// Whether tenants may start runs: their state and limits, read once a second at most, with what this process has
/// started since. So a limit may be passed by what all hosts start within a second, and a start costs no look into the
/// database.
final class TenantAllowances: Sendable {
    /// Older readings are not used, even while somebody reads anew.
    private static let oldest = Duration.seconds(5)
    /// Readings are forgotten together when there are more; they are as quickly there again.
    private static let capacity = 10_000

    private struct Reading {
        var state: TenantRecord.State
        var mostRuns: Int?
        var mostBytes: Int?
        /// Of this month, and what is kept of all time.
        var runs: Int
        var bytes: Int
        /// The days of the month that was looked at.
        var month: Range<Int64>
        var readAt: ContinuousClock.Instant
        var isRead = true

        /// Counts a run that is started.
        mutating func take() throws(TenantRefusal) {
            guard state == .active else { throw .notActive(state) }
            if let mostRuns, runs >= mostRuns { throw .exhausted(.runs, used: runs, most: mostRuns) }
            if let mostBytes, bytes >= mostBytes { throw .exhausted(.storage, used: bytes, most: mostBytes) }
            runs += 1
        }
    }

    private let pool: PostgresPool
    private let meter: UsageMeter
    private let age: Duration
    private let readings = Mutex<[TenantID: Reading]>([:])

    /// - Parameter age: For how long a reading counts.
    init(_ pool: PostgresPool, meter: UsageMeter, age: Duration) {
        self.pool = pool
        self.meter = meter
        self.age = age
    }

    /// Throws `TenantRefusal` when the tenant may not start a run. A run that another run starts belongs to what has
    /// begun already: it counts, and is not refused.
    func admit(_ run: NewRun) async throws {
        guard run.parent.isNull else { return }
        try await decide(run.record.tenant, run.record.createdAt.day, Self.take)
    }

    /// The same for a run that is started later, and counted then.
    func check(_ tenant: TenantID, at moment: Timestamp) async throws {
        try await decide(tenant, moment.day) { tenant, readings in
            var alone = [tenant: readings[tenant]].compactMapValues(\.self)
            return Self.take(tenant, &alone)
        }
    }

    /// The same where it is known without asking: false when it may not, or is not known.
    func isAdmitted(_ tenant: TenantID, at moment: Timestamp) -> Bool {
        let (day, now) = (moment.day, ContinuousClock.now)
        return readings.withLock { readings in
            guard var known = readings[tenant], known.month.contains(day), now - known.readAt < age else {
                return false
            }
            return (try? known.take()) != nil
        }
    }

    /// Counts a run that is started where that asks nobody; false: nothing was counted, since the tenant may not start it or
    /// that is not known.
    func admitAtOnce(_ tenant: TenantID, at moment: Timestamp) -> Bool {
        let (day, now) = (moment.day, ContinuousClock.now)
        return readings.withLock { readings in
            guard let known = readings[tenant], known.month.contains(day), now - known.readAt < age else {
                return false
            }
            return (try? Self.take(tenant, &readings).get()) != nil
        }
    }

    private func decide(
        _ tenant: TenantID, _ day: Int64,
        _ take: (TenantID, inout [TenantID: Reading]) -> Result<Void, TenantRefusal>
    ) async throws {
        let now = ContinuousClock.now
        let answer: Result<Void, TenantRefusal>? = readings.withLock { readings in
            guard let known = readings[tenant], known.month.contains(day), now - known.readAt < Self.oldest else {
                return nil
            }
            if now - known.readAt >= age, known.isRead {
                // Whoever comes meanwhile goes by what is known.
                readings[tenant]?.isRead = false
                return nil
            }
            return take(tenant, &readings)
        }
        if let answer { return try answer.get() }
        let reading = try await read(tenant, day)
        try readings.withLock { readings in
            if readings.count >= Self.capacity { readings.removeAll(keepingCapacity: true) }
            readings[tenant] = reading
            return take(tenant, &readings)
        }.get()
    }

    private static func take(
        _ tenant: TenantID, _ readings: inout [TenantID: Reading]
    ) -> Result<Void, TenantRefusal> {
        do throws(TenantRefusal) {
            try readings[tenant]?.take()
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private func read(_ tenant: TenantID, _ day: Int64) async throws -> Reading {
        let month = Self.month(of: day)
        let now = ContinuousClock.now
        let row = try await pool.rows(
            Self.select, [.id(tenant), .int(month.lowerBound), .int(month.upperBound)]
        ).first
        guard let row else { throw TenantRefusal.notActive(.deleting) }
        return try Reading(
            state: row.word("state"), mostRuns: row.present("max_runs_a_month", row.int).map(Int.init),
            mostBytes: row.present("max_storage_bytes", row.int).map(Int.init),
            runs: row.number("runs") + meter.pendingRuns(of: tenant, on: month),
            bytes: row.number("bytes"), month: month, readAt: now)
    }

    static func month(of day: Int64) -> Range<Int64> {
        let first = CivilDate(daysSinceEpoch: day)
        let start = day - (first.day - 1)
        return start..<(start + CivilDate.days(inMonth: first.month, of: first.year))
    }

    private static let select = """
        select state, max_runs_a_month, max_storage_bytes,
            case when max_runs_a_month is null then 0 else (
                select coalesce(sum(runs), 0)::bigint from tenant_usage u
                where u.tenant_id = t.tenant_id and u.day >= date '1970-01-01' + $2::int
                    and u.day < date '1970-01-01' + $3::int) end as runs,
            case when max_storage_bytes is null then 0 else (
                select coalesce(sum(kept_bytes), 0)::bigint from tenant_usage u where u.tenant_id = t.tenant_id
            ) end as bytes
        from tenants t where tenant_id = $1
        """
}
