package import PatchbayCore
package import PatchbayPostgres

/// Alerts of all tenants in PostgreSQL, as hosts judge them.
package struct PostgresDueAlerts: DueAlerts {
    /// Milliseconds; a little more than the longest window, and than the longest quiet period.
    private static let kept: Int64 = 25 * 3_600_000
    private static let eventsKept: Int64 = 30 * 86_400_000
    /// An alert that this version cannot read, since a newer one has made it, is looked at again after this long.
    private static let patience: Int64 = 60_000

    let pool: PostgresPool
    private let tags = WorkflowTags()

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func judge(
        at moment: Timestamp, limit: Int, _ body: @Sendable ([(AlertRule, AlertReading)]) -> [AlertAdvance]
    ) async throws -> Int {
        try await pool.transaction { connection in
            let rows = try await connection.pipeline([
                Self.endingWhenIdle, PostgresStatement(Self.take, [.moment(moment), .number(limit)]),
            ])[1]
            guard !rows.isEmpty else { return 0 }
            let rules = rows.compactMap { try? AlertRows.rule($0) }
            let known = Set(rules.map(\.id))
            var others: [(tenant: TenantID, alert: AlertID)] = []
            for row in rows {
                let (tenant, alert): (TenantID, AlertID) = try (row.id("tenant_id"), row.id("alert_id"))
                if !known.contains(alert) { others.append((tenant, alert)) }
            }
            let readings = try await readings(of: rules, at: moment, over: connection)
            let advances = body(zip(rules, readings).map { ($0, $1) })
            _ = try await connection.pipeline(Self.storing(advances, others, at: moment))
            return rows.count
        }
    }

    /// A host that hangs without dying does not keep the others from what it has locked for ever.
    static let endingWhenIdle = PostgresStatement("set local idle_in_transaction_session_timeout = '30s'")

    private static let take = """
        select \(AlertRows.columns) from alert_rules
        where next_at <= $1 order by next_at limit $2 for update skip locked
        """

    private static func storing(
        _ advances: [AlertAdvance], _ others: [(tenant: TenantID, alert: AlertID)], at moment: Timestamp
    ) -> [PostgresStatement] {
        var statements = [
            PostgresStatement(
                advance,
                [
                    .array(.uuid, advances.map { .id($0.tenant) }), .array(.uuid, advances.map { .id($0.alert) }),
                    .array(.json, advances.map { .document($0.state.json) }),
                    .array(.int, advances.map { .optional($0.value, PostgresValue.int) }),
                    .array(.timestamp, advances.map { .moment($0.nextAt) }), .moment(moment),
                ])
        ]
        if !others.isEmpty {
            statements.append(
                PostgresStatement(
                    postpone,
                    [
                        .array(.uuid, others.map { .id($0.tenant) }), .array(.uuid, others.map { .id($0.alert) }),
                        .moment(moment + patience),
                    ]))
        }
        let events = advances.compactMap { advance in advance.event.map { (advance.tenant, $0) } }
        if !events.isEmpty {
            statements.append(PostgresStatement(AlertRows.insertEvents, AlertRows.columns(of: events)))
        }
        let notices = advances.flatMap { advance in advance.notices.map { (advance.tenant, $0) } }
        if !notices.isEmpty {
            statements.append(
                PostgresStatement(AlertRows.insertNotices, AlertRows.columns(of: notices, at: moment)))
        }
        return statements
    }

    private static let advance = """
        update alert_rules a set state = new.state, value = new.value, next_at = new.next_at, judged_at = $6
        from unnest($1::uuid[], $2::uuid[], $3::json[], $4::bigint[], $5::timestamptz[])
            as new (tenant_id, alert_id, state, value, next_at)
        where a.tenant_id = new.tenant_id and a.alert_id = new.alert_id
        """

    private static let postpone = """
        update alert_rules a set next_at = $3 from unnest($1::uuid[], $2::uuid[]) as other (tenant_id, alert_id)
        where a.tenant_id = other.tenant_id and a.alert_id = other.alert_id
        """

    package func forget(at moment: Timestamp) async throws {
        for (table, age) in [
            ("alert_counts", Self.kept), ("alert_failures", Self.kept), ("alert_events", Self.eventsKept),
        ] {
            _ = try await pool.rows("delete from \(table) where at < $1", [.moment(moment + -age)])
        }
    }

    // MARK: What runs are like

    /// One reading for each rule, in their order.
    private func readings(
        of rules: [AlertRule], at moment: Timestamp, over connection: PostgresConnection
    ) async throws -> [AlertReading] {
        var readings = [AlertReading](repeating: AlertReading(), count: rules.count)
        let scopes = try await scopes(of: rules, at: moment, over: connection)
        let (windowed, each) = (
            scopes.filter { $0.kind == .failures || $0.kind == .errorRate }, scopes.of(.eachFailure)
        )
        let counted = scopes.filter { [.errorRate, .slowRuns, .longRun].contains($0.kind) }
        let (long, queued) = (scopes.of(.longRun), scopes.of(.queueAge))
        let results = try await connection.pipeline([
            PostgresStatement(AlertMeasuring.failures, windowed.columns),
            PostgresStatement(AlertMeasuring.newFailures, each.columns),
            PostgresStatement(AlertMeasuring.counts, counted.columns),
            PostgresStatement(AlertMeasuring.latestFailures, windowed.columns),
            PostgresStatement(AlertMeasuring.latestNewFailures, each.columns),
            PostgresStatement(AlertMeasuring.underWay, long.columns),
            PostgresStatement(AlertMeasuring.queued, queued.columns),
        ])
        for row in results[0] { readings[try row.number("no")].failures += try row.number("failures") }
        for row in results[1] {
            let number = try row.number("no")
            readings[number].failures += try row.number("failures")
            readings[number].lastFailure = max(readings[number].lastFailure, try row.int("last"))
        }
        for row in results[2] {
            let (number, runs) = try (row.number("no"), row.number("runs"))
            readings[number].ended.append(
                AlertReading.Durations(runs: runs, longest: try row.int("longest")))
            if try row.bool("has_failed") { readings[number].failed += runs }
        }
        for row in Array(results[3]) + Array(results[4]) {
            readings[try row.number("no")].runs.append(try row.id("run_id"))
        }
        try await readUnderWay(results[5], of: rules, into: &readings, over: connection)
        for row in results[6] {
            let run: RunID = try row.id("run_id")
            let number = try row.number("no")
            // It was made when its id says.
            let made = Timestamp(milliseconds: Int64(run.high >> 16))
            if readings[number].queuedSince.map({ made < $0 }) ?? true {
                (readings[number].queuedSince, readings[number].runs) = (made, [run])
            }
        }
        return readings
    }

    private func readUnderWay(
        _ candidates: PostgresRows, of rules: [AlertRule], into readings: inout [AlertReading],
        over connection: PostgresConnection
    ) async throws {
        guard !candidates.isEmpty else { return }
        var numbers: [RunID: [Int]] = [:]
        var wanted: [(tenant: TenantID, run: RunID)] = []
        for row in candidates {
            let (number, run): (Int, RunID) = try (row.number("no"), row.id("run_id"))
            if numbers[run] == nil { wanted.append((rules[number].tenant, run)) }
            numbers[run, default: []].append(number)
        }
        let rows = try await connection.query(
            AlertMeasuring.begun,
            [.array(.uuid, wanted.map { .id($0.tenant) }), .array(.uuid, wanted.map { .id($0.run) })])
        for row in rows {
            let (run, begun): (RunID, Timestamp) = try (row.id("run_id"), row.moment("begun"))
            for number in numbers[run] ?? [] where readings[number].underWaySince.map({ begun < $0 }) ?? true {
                (readings[number].underWaySince, readings[number].runs) = (begun, [run])
            }
        }
    }

    private func scopes(
        of rules: [AlertRule], at moment: Timestamp, over connection: PostgresConnection
    ) async throws -> [AlertMeasuring.Scope] {
        let tagged = try await tags.workflows(
            with: rules.compactMap { rule in rule.draft.scope.tag.map { (rule.tenant, $0) } }, over: connection)
        return rules.enumerated().flatMap { number, rule -> [AlertMeasuring.Scope] in
            let scope = AlertMeasuring.Scope(number: number, rule: rule, at: moment)
            guard let tag = rule.draft.scope.tag else { return [scope] }
            return (tagged[WorkflowTags.Key(tenant: rule.tenant, tag: tag)] ?? []).map { scope.limited(to: $0) }
        }
    }
}
