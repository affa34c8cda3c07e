import PatchbayCore
import PatchbayPostgres

/// The questions that alerts ask of runs, for all alerts at once, and each at a cost that does not grow with the runs there are.
enum AlertMeasuring {
    /// What one alert asks about, of all workflows or of one; an alert for a tag has several.
    struct Scope {
        var number: Int
        var kind: AlertCondition.Kind
        var tenant: TenantID
        var workflow: WorkflowID?
        /// What ended before counts for nothing.
        var since: Timestamp
        /// Failures up to this number were told of.
        var seen: Int64
        /// Runs that were made later cannot be of interest.
        var before: RunID

        init(number: Int, rule: AlertRule, at moment: Timestamp) {
            let condition = rule.draft.condition
            self.number = number
            kind = condition.kind
            tenant = rule.tenant
            workflow = rule.draft.scope.workflow
            since = max(rule.since, condition.window.map { moment + -$0 } ?? rule.since)
            seen = rule.state.seen
            var latest = moment
            if case .longRun(let limit) = condition { latest = moment + -limit }
            before = RunID(high: UInt64(bitPattern: max(latest.milliseconds, 0)) << 16, low: 0)
        }

        func limited(to workflow: WorkflowID) -> Scope {
            var scope = self
            scope.workflow = workflow
            return scope
        }
    }

    private static let scopes = """
        unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::bigint[], $6::uuid[])
            as s (no, tenant_id, workflow_id, since, seen, before)
        """

    /// Two branches, so that each has an index of its own; the one that is not meant is not even begun.
    private static func windowed(_ columns: String, limit: Int) -> String {
        """
        (select \(columns) from alert_failures f
            where s.workflow_id is null and f.tenant_id = s.tenant_id and f.at >= s.since
            order by f.at desc limit \(limit))
        union all
        (select \(columns) from alert_failures f
            where f.tenant_id = s.tenant_id and f.workflow_id = s.workflow_id and f.at >= s.since
            order by f.at desc limit \(limit))
        """
    }

    static let failures = """
        select s.no, count(*) as failures from \(scopes)
        cross join lateral (\(windowed("1", limit: AlertCondition.mostRuns))) f group by s.no
        """

    static let latestFailures = """
        select s.no, f.run_id from \(scopes)
        cross join lateral (\(windowed("f.run_id, f.at", limit: shown))) f order by s.no, f.at desc
        """

    /// The last number comes from the same snapshot, so that no failure falls between the two.
    static let newFailures = """
        select s.no, coalesce(sum(n.failures), 0)::bigint as failures, coalesce(max(n.last), 0) as last from \(scopes)
        cross join lateral (
            select
                (select count(*) from (
                    select 1 from alert_failures f
                    where f.tenant_id = s.tenant_id and f.seq > s.seen and f.at >= s.since
                        and (s.workflow_id is null or f.workflow_id = s.workflow_id)
                    limit \(AlertCondition.mostRuns)) f) as failures,
                (select max(f.seq) from alert_failures f where f.tenant_id = s.tenant_id) as last
        ) n group by s.no
        """

    static let latestNewFailures = """
        select s.no, f.run_id from \(scopes)
        cross join lateral (
            select f.run_id, f.seq from alert_failures f
            where f.tenant_id = s.tenant_id and f.seq > s.seen and f.at >= s.since
                and (s.workflow_id is null or f.workflow_id = s.workflow_id)
            order by f.seq desc limit \(shown)
        ) f order by s.no, f.seq desc
        """

    static let counts = """
        select s.no, c.has_failed, c.class, sum(c.runs)::bigint as runs, max(c.longest) as longest from \(scopes)
            join alert_counts c on c.tenant_id = s.tenant_id and c.at > s.since - interval '\(grain) seconds'
                and (s.workflow_id is null or c.workflow_id = s.workflow_id)
        group by s.no, c.has_failed, c.class
        """

    /// Those that were taken on, and have waited or run ever since; the oldest of them.
    static let underWay = """
        select s.no, q.run_id from \(scopes)
        cross join lateral (
            select q.run_id from run_queue q
            where q.tenant_id = s.tenant_id and (s.workflow_id is null or q.workflow_id = s.workflow_id) and q.epoch > 0
                and q.run_id < s.before
            order by q.run_id limit 100
        ) q
        """

    static let begun = """
        select r.run_id, coalesce(r.started_at, r.created_at) as begun from runs r
            join unnest($1::uuid[], $2::uuid[]) as wanted (tenant_id, run_id) using (tenant_id, run_id)
        where r.finished_at is null
        """

    /// Nobody has ever taken it on, and it does not wait because its workflow is paused.
    static let queued = """
        select s.no, q.run_id from \(scopes)
        cross join lateral (
            select q.run_id from run_queue q
            where q.tenant_id = s.tenant_id and (s.workflow_id is null or q.workflow_id = s.workflow_id)
                and q.epoch = 0 and q.worker is null and q.state in ('ready', 'limited')
            order by q.run_id limit 1
        ) q
        """

    /// Runs that a message names.
    private static let shown = 5
    /// Seconds that are counted together.
    static let grain = 10
}

extension [AlertMeasuring.Scope] {
    func of(_ kind: AlertCondition.Kind) -> [AlertMeasuring.Scope] { filter { $0.kind == kind } }

    var columns: [PostgresValue] {
        [
            .array(.int, map { .number($0.number) }), .array(.uuid, map { .id($0.tenant) }),
            .array(.uuid, map { .optional($0.workflow, PostgresValue.id) }),
            .array(.timestamp, map { .moment($0.since) }), .array(.int, map { .int($0.seen) }),
            .array(.uuid, map { .id($0.before) }),
        ]
    }
}
