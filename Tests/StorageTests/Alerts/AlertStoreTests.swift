import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Synchronization
import Testing

extension StorageSuites {
    @Suite struct AlertStoreTests {
        private func events(_ stores: Stores, of alert: AlertID) async throws -> [AlertHistory] {
            try await PostgresAlertStore(stores.api).history(of: alert, in: Stores.tenant, page: PageRequest()).items
        }

        @Test func `an alert is stored, changed, switched and deleted, within its tenant`() async throws {
            try await withStores { stores in
                let store = PostgresAlertStore(stores.api)
                let rule = Alert.rule(.errorRate(percent: 20, window: 600_000, least: 5), .tag("x"))
                #expect(try await store.create(rule))
                #expect(try await store.alert(rule.id, in: Stores.tenant) == rule)
                #expect(try await store.alert(rule.id, in: Stores.stranger) == nil)
                var draft = rule.draft
                draft.name = "other"
                draft.targets = [
                    .slack(channel: "#a", credential: "c"), .webhook(url: "https://example.com", credential: "k"),
                ]
                let changed = try await store.change(
                    rule.id, in: Stores.tenant, to: draft, expecting: 1, isAnew: false, at: Stores.at(3))
                #expect(changed?.draft == draft)
                #expect(changed?.version == 2)
                #expect(changed?.since == Stores.start)
                await #expect(throws: StoreConflict.versionMoved(expected: 1, current: 2)) {
                    try await store.change(
                        rule.id, in: Stores.tenant, to: draft, expecting: 1, isAnew: false, at: Stores.at(4))
                }
                await #expect(throws: StoreConflict.versionMoved(expected: 1, current: 2)) {
                    try await store.delete(rule.id, in: Stores.tenant, expecting: 1)
                }
                let anew = try await store.change(
                    rule.id, in: Stores.tenant, to: draft, expecting: nil, isAnew: true, at: Stores.at(5))
                #expect(anew?.since == Stores.at(5))
                let off = try await store.setEnabled(false, rule.id, in: Stores.tenant, at: Stores.at(6))
                #expect(off?.isEnabled == false)
                #expect(try await store.setEnabled(false, rule.id, in: Stores.tenant, at: Stores.at(7)) == off)
                let on = try await store.setEnabled(true, rule.id, in: Stores.tenant, at: Stores.at(8))
                #expect(on?.since == Stores.at(8))
                #expect(try await store.delete(rule.id, in: Stores.stranger, expecting: nil) == false)
                #expect(try await store.delete(rule.id, in: Stores.tenant, expecting: on?.version))
                #expect(try await store.alerts(in: Stores.tenant, of: nil, page: PageRequest()).items.isEmpty)
            }
        }

        @Test func `alerts are listed by workflow and page, and a tenant has so many at most`() async throws {
            try await withStores { stores in
                let store = PostgresAlertStore(stores.api)
                let workflow = try await stores.workflow()
                for number in 0..<AlertLimits.most {
                    let scope: AlertScope = number % 100 == 0 ? .workflow(workflow.id) : .all
                    #expect(try await store.create(Alert.rule(.eachFailure, scope, at: Int64(number))))
                }
                #expect(try await store.create(Alert.rule(.eachFailure, at: 900)) == false)
                let own = try await store.alerts(in: Stores.tenant, of: workflow.id, page: PageRequest(limit: 3))
                #expect(own.items.count == 3)
                let rest = try await store.alerts(
                    in: Stores.tenant, of: workflow.id, page: PageRequest(limit: 3, cursor: own.next))
                #expect(rest.items.count == 2)
                #expect(rest.next == nil)
            }
        }

        @Test func `runs that end are counted once, whichever host counts, and from the first alert on`() async throws {
            try await withStores { stores in
                let queued = try await QueuedTenant(stores)
                try await Alert.end(queued, [.failed], at: 1)
                let rule = Alert.rule(.failures(count: 2, window: 60_000), at: 2)
                #expect(try await PostgresAlertStore(stores.api).create(rule))
                try await Alert.end(queued, [.failed, .completed, .failed, .cancelled], at: 3)
                let due = PostgresDueAlerts(stores.engine)
                // What others count meanwhile is not counted twice.
                async let one = due.count(limit: 2)
                async let other = due.count(limit: 2)
                _ = try await (one, other)
                try await Alert.count(3, by: due, stores)
                let readings = try await Alert.readings(due, at: 10)
                #expect(readings[rule.id]?.failures == 2)
                #expect(readings[rule.id]?.runs.count == 2)
                // The window is over.
                #expect(try await Alert.readings(due, at: 70)[rule.id]?.failures == 0)
            }
        }

        @Test func `each condition has what it asks of the runs in its scope`() async throws {
            try await withStores { stores in
                let store = PostgresAlertStore(stores.api)
                let (queued, other) = (try await QueuedTenant(stores), try await QueuedTenant(stores, 2))
                let tagged = try await stores.workflow(
                    "tagged", document: ["name": "w", "tags": ["billing", "\u{0}"], "nodes": []])
                let conditions: [AlertCondition] = [
                    .failures(count: 1, window: 600_000), .errorRate(percent: 50, window: 600_000, least: 1),
                    .eachFailure, .slowRuns(p95: 1_000, window: 600_000, least: 1), .longRun(1_000), .queueAge(1_000),
                ]
                let scopes: [AlertScope] = [.all, .workflow(queued.workflow.id), .tag("billing"), .tag("nothing")]
                var rules: [[AlertRule]] = []
                for scope in scopes { rules.append(conditions.map { Alert.rule($0, scope) }) }
                for rule in rules.joined() { #expect(try await store.create(rule)) }
                try await Alert.end(queued, [.failed, .completed, .completed], at: 2)
                try await Alert.end(QueuedTenant(stores: stores, workflow: tagged), [.failed], at: 4)
                try await Alert.end(other, [.failed, .failed], at: 4)
                _ = try await stores.lease("w")
                let running = try await queued.run(at: 10)
                _ = try await stores.lease("v", at: Stores.at(12))
                try await queued.run(at: 20)
                let due = PostgresDueAlerts(stores.engine)
                try await Alert.count(4, by: due, stores)
                let readings = try await Alert.readings(due, at: 30)
                func of(_ scope: Int, _ condition: Int) -> AlertReading { readings[rules[scope][condition].id]! }
                #expect([0, 1, 2, 3].map { of($0, 0).failures } == [2, 1, 1, 0])
                #expect([0, 1, 2, 3].map { of($0, 1).endedRuns } == [4, 3, 1, 0])
                #expect([0, 1, 2, 3].map { of($0, 1).failed } == [2, 1, 1, 0])
                #expect([0, 1, 2, 3].map { of($0, 2).failures } == [2, 1, 1, 0])
                #expect(of(0, 2).lastFailure == of(1, 2).lastFailure)
                #expect(of(0, 3).p95 != nil)
                #expect(of(3, 3).p95 == nil)
                #expect(of(0, 4).underWaySince == Stores.at(12))
                #expect(of(1, 4).runs == [running.id])
                #expect(of(2, 4).underWaySince == nil)
                #expect([0, 1].map { of($0, 5).queuedSince } == [Stores.at(20), Stores.at(20)])
                #expect(of(2, 5).queuedSince == nil)
            }
        }

        @Test func `what becomes of an alert is stored with its event and notices, or not at all`() async throws {
            try await withStores { stores in
                let rule = Alert.rule(.queueAge(1_000))
                #expect(try await PostgresAlertStore(stores.api).create(rule))
                let queued = try await QueuedTenant(stores)
                try await queued.run()
                let due = PostgresDueAlerts(stores.engine)
                let count = try await due.judge(at: Stores.at(5), limit: 10) { due in
                    due.map { Alert.advance($0.0, at: Stores.at(5)) }
                }
                #expect(count == 1)
                // It is not due again before its time.
                #expect(try await due.judge(at: Stores.at(9), limit: 10) { _ in [] } == 0)
                let stored = try #require(
                    try await PostgresAlertStore(stores.api).alert(rule.id, in: Stores.tenant))
                #expect(stored.state.isFiring)
                #expect(stored.judgedAt == Stores.at(5))
                #expect(stored.value == 7)
                let notices = PostgresNoticeStore(stores.engine)
                let pending = try await notices.claim(at: Stores.at(6), until: Stores.at(60), limit: 9)
                #expect(pending.map(\.notice.recipient) == ["a@example.com"])
                #expect(try await events(stores, of: rule.id)[0].deliveries[0].status == .pending)
                try await notices.settle(pending[0], at: Stores.at(7))
                let history = try await events(stores, of: rule.id)
                #expect(history.map(\.event.kind) == [.fired])
                #expect(history[0].deliveries[0].status == .sent)
                #expect(history[0].deliveries[0].sentAt == Stores.at(7))
                try await due.forget(at: Stores.at(40 * 86_400))
                #expect(try await events(stores, of: rule.id).isEmpty)
            }
        }

        @Test func `one host judges an alert at a time, and one that nobody can read harms no other`() async throws {
            try await withStores { stores in
                let store = PostgresAlertStore(stores.api)
                let (broken, whole) = (Alert.rule(.eachFailure), Alert.rule(.eachFailure, at: 1))
                for rule in [broken, whole] { #expect(try await store.create(rule)) }
                _ = try await stores.pool.query(
                    "update alert_rules set condition = '{\"kind\": \"dreams\"}' where alert_id = $1",
                    [.uuid(high: broken.id.high, low: broken.id.low)])
                let due = PostgresDueAlerts(stores.engine)
                let count = try await due.judge(at: Stores.at(5), limit: 10) { due in
                    #expect(due.map(\.0.id) == [whole.id])
                    return due.map { Alert.advance($0.0, at: Stores.at(5)) }
                }
                #expect(count == 2)
                #expect(try await due.judge(at: Stores.at(6), limit: 10) { _ in [] } == 0)
            }
        }

        @Test func `what somebody has sent stands in the history, latest first`() async throws {
            try await withStores { stores in
                let store = PostgresAlertStore(stores.api)
                let rule = Alert.rule(.eachFailure)
                #expect(try await store.create(rule))
                for second in [1, 2, 3] as [Int64] {
                    let event = AlertEvent(
                        id: .new(at: Stores.at(second)), alert: rule.id, at: Stores.at(second), kind: .test,
                        value: second)
                    try await store.put(event, [], in: Stores.tenant)
                }
                let first = try await store.history(of: rule.id, in: Stores.tenant, page: PageRequest(limit: 2))
                #expect(first.items.map(\.event.value) == [3, 2])
                let rest = try await store.history(
                    of: rule.id, in: Stores.tenant, page: PageRequest(limit: 2, cursor: first.next))
                #expect(rest.items.map(\.event.value) == [1])
            }
        }
    }
}

/// Alerts as tests make them.
private enum Alert {
    static func rule(_ condition: AlertCondition, _ scope: AlertScope = .all, at seconds: Int64 = 0) -> AlertRule {
        let moment = Stores.at(seconds)
        return AlertRule(
            id: .new(at: moment), tenant: Stores.tenant,
            draft: AlertDraft(name: "a", scope: scope, condition: condition, targets: [.email(["a@example.com"])]),
            since: moment, createdAt: moment, updatedAt: moment)
    }

    /// It fires.
    static func advance(_ rule: AlertRule, at moment: Timestamp) -> AlertAdvance {
        var state = rule.state
        _ = state.apply(
            AlertMeasure(holds: true, value: 7), of: .queueAge(1), quiet: rule.draft.quiet, at: moment)
        let id = AlertEventID.new(at: moment)
        let notice = NewNotice(key: "alert:\(id):0", channel: .mail, to: "a@example.com", data: [:])
        let event = AlertEvent(
            id: id, alert: rule.id, at: moment, kind: .fired, value: 7,
            messages: [.init(key: notice.key, channel: .mail, recipient: notice.recipient)])
        return AlertAdvance(
            alert: rule.id, tenant: rule.tenant, state: state, value: 7, nextAt: moment + 5_000, event: event,
            notices: [notice])
    }

    /// Until so many runs were counted: they are not while an older transaction is open somewhere in the cluster.
    static func count(_ runs: Int, by due: PostgresDueAlerts, _ stores: Stores) async throws {
        var counted: Int64 = 0
        while counted < Int64(runs) {
            _ = try await due.count(limit: 2)
            counted = try await stores.pool.query("select coalesce(sum(runs), 0)::bigint as runs from alert_counts")
                .one().int("runs")
        }
        #expect(counted == Int64(runs))
    }

    /// What is known of the runs of all alerts, which stay due.
    static func readings(_ due: PostgresDueAlerts, at seconds: Int64) async throws -> [AlertID: AlertReading] {
        let found = Found()
        _ = try await due.judge(at: Stores.at(seconds), limit: 200) { due in
            found.take(due)
            return due.map { rule, _ in
                AlertAdvance(
                    alert: rule.id, tenant: rule.tenant, state: rule.state, value: nil, nextAt: rule.since, event: nil,
                    notices: [])
            }
        }
        return found.readings
    }

    /// Starts runs and ends them as their worker does.
    static func end(_ queued: QueuedTenant, _ statuses: [RunStatus], at seconds: Int64) async throws {
        let stores = queued.stores
        let worker = "ends-\(seconds)-\(queued.workflow.id)"
        for status in statuses {
            let run = try await queued.run(at: seconds)
            let leased = try await stores.lease(worker, limit: 50, at: Stores.at(seconds))
            let taken = try #require(leased.first { $0.record.id == run.id })
            let kind: JournalEntry.Kind =
                status == .failed ? .runFailed : status == .completed ? .runCompleted : .runCancelled
            let last = JournalEntry(
                sequence: (taken.entries.last?.sequence ?? 0) + 1, at: Stores.at(seconds + 1), kind: kind,
                data: ["error": ["code": "x", "message": "y"]])
            try await stores.journal.append([last], log: [], to: taken, status: status)
        }
    }
}

private final class Found: Sendable {
    private let state = Mutex<[AlertID: AlertReading]>([:])

    var readings: [AlertID: AlertReading] { state.withLock { $0 } }

    func take(_ due: [(AlertRule, AlertReading)]) {
        state.withLock { state in for (rule, reading) in due { state[rule.id] = reading } }
    }
}
