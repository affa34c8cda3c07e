import PatchbayCore
import PatchbayJSON
import Testing

@Suite("Alerts: what they ask, and what is an answer")
struct AlertConditionTests {
    private static let now = Timestamp(milliseconds: 1_768_212_300_000)

    private func draft(_ body: JSON) -> (draft: AlertDraft?, problems: [Problem]) {
        var reader = MemberReader(body.object ?? [:], at: "", subject: "the alert")
        reader.refuseUnknown(known: AlertDraft.members)
        let draft = AlertDraft(reading: &reader)
        return (draft, reader.problems)
    }

    private static let letter: JSON = [["type": "email", "to": ["ops@example.com"]]]

    @Test(
        arguments: [
            ["kind": "failures", "count": 3, "window": "10m"], ["kind": "each_failure"],
            ["kind": "error_rate", "percent": 20, "window": "1h", "least_runs": 30],
            ["kind": "long_run", "longer_than": "10m"],
            ["kind": "p95_duration", "longer_than": "30s", "window": "1d", "least_runs": 20],
            ["kind": "queue_age", "longer_than": "5m"],
        ] as [JSON])
    func `each kind of condition is written as it was read`(condition: JSON) {
        let read = draft(["name": "a", "condition": condition, "notify": Self.letter])
        #expect(read.problems.isEmpty)
        #expect(read.draft?.condition.json == condition)
        #expect(AlertCondition(condition) == read.draft?.condition)
        #expect((5_000...60_000).contains(read.draft?.condition.interval ?? 0))
        #expect(read.draft?.quiet == AlertDraft.standardQuiet)
        #expect(read.draft?.scope == .all)
    }

    @Test(
        arguments: [
            ([:], ["missing-member"]),
            (["kind": "failure"], ["bad-value"]),
            (["kind": "failures", "count": 0, "window": "10m"], ["bad-value"]),
            (["kind": "failures", "count": 3, "window": "10s"], ["bad-duration"]),
            (["kind": "failures", "count": 3], ["missing-member"]),
            (["kind": "failures", "count": 3, "window": "1h", "percent": 3], ["unknown-member"]),
            (["kind": "error_rate", "percent": 101, "window": "2d"], ["bad-value", "bad-duration"]),
            (["kind": "error_rate", "percent": 5, "window": "1h", "least_runs": 0], ["bad-value"]),
            (["kind": "long_run", "longer_than": "never"], ["bad-duration"]),
            (["kind": "p95_duration", "window": "1h"], ["missing-member"]),
            (["kind": "queue_age", "longer_than": "1ms"], ["bad-duration"]),
        ] as [(JSON, [String])])
    func `what is wrong with a condition is told`(condition: JSON, codes: [String]) {
        let read = draft(["name": "a", "condition": condition, "notify": Self.letter])
        #expect(read.draft == nil)
        #expect(Set(read.problems.map(\.code)) == Set(codes))
        #expect(read.problems.allSatisfy { $0.pointer.hasPrefix("/condition") })
        #expect(AlertCondition(condition) == nil)
    }

    @Test func `targets are read, and all that is wrong with them is told`() {
        let targets: JSON = [
            ["type": "email", "to": ["Ops@Example.com", "ops@example.com"]],
            ["type": "slack", "channel": "#ops", "credential": "team"],
            ["type": "webhook", "url": "https://example.com/hook", "credential": "KEY"],
        ]
        let read = draft(["name": "a", "condition": ["kind": "each_failure"], "notify": targets, "tag": "billing"])
        #expect(
            read.draft?.targets == [
                .email(["ops@example.com"]), .slack(channel: "#ops", credential: "team"),
                .webhook(url: "https://example.com/hook", credential: "KEY"),
            ])
        #expect(read.draft?.targets.map(\.credential) == [nil, "team", "KEY"])
        #expect(read.draft?.scope == .tag("billing"))
        let wrong = draft([
            "name": "a", "condition": ["kind": "each_failure"], "quiet": "2d", "tag": "x", "workflow_id": "x",
            "notify": [
                ["type": "email", "to": []], ["type": "email", "to": ["nobody"]], ["type": "pigeon"], 3,
                ["type": "webhook", "url": "ftp://example.com", "credential": "K"], ["type": "slack", "channel": "#a"],
                ["type": "email", "to": ["a@example.com"], "cc": 1],
            ],
        ])
        #expect(wrong.draft == nil)
        #expect(
            wrong.problems.map(\.pointer) == [
                "/tag", "/workflow_id", "/notify/0/to", "/notify/1/to", "/notify/2/type", "/notify", "/notify/4/url",
                "/notify/5", "/notify/6/cc", "/quiet",
            ])
        #expect(draft(["name": "a", "condition": ["kind": "each_failure"], "notify": []]).problems.count == 1)
        #expect(draft(["name": "a", "condition": [], "notify": "x"]).problems.count == 2)
    }

    @Test func `a token for another service is none for Slack, and only secrets sign`() {
        func record(_ kind: CredentialKind, _ connector: String?) -> CredentialRecord {
            CredentialRecord(
                id: .new(at: Self.now), tenant: .initial, name: "c", kind: kind, connector: connector, hosts: [],
                settings: [:], createdAt: Self.now)
        }
        let slack = AlertTarget.slack(channel: "#a", credential: "c")
        #expect(slack.misfit(of: record(.bearer, "slack")) == nil)
        #expect(slack.misfit(of: record(.bearer, "github")) != nil)
        #expect(slack.misfit(of: record(.bearer, nil)) != nil)
        #expect(slack.misfit(of: record(.basic, "slack")) != nil)
        let hook = AlertTarget.webhook(url: "https://example.com", credential: "c")
        #expect(hook.misfit(of: record(.secret, nil)) == nil)
        #expect(hook.misfit(of: record(.bearer, nil)) != nil)
        #expect(AlertTarget.email(["a@example.com"]).misfit(of: record(.basic, nil)) == nil)
    }

    // MARK: What is an answer

    private func measure(
        _ condition: AlertCondition, _ change: (inout AlertReading) -> Void
    ) -> AlertMeasure {
        var reading = AlertReading()
        change(&reading)
        return condition.measure(reading, at: Self.now)
    }

    @Test func `failures are counted`() {
        let condition = AlertCondition.failures(count: 3, window: 600_000)
        #expect(!measure(condition) { $0.failures = 2 }.holds)
        #expect(measure(condition) { $0.failures = 3 }.holds)
        #expect(measure(.eachFailure) { ($0.failures, $0.lastFailure) = (1, 9) }.lastFailure == 9)
        #expect(!measure(.eachFailure) { $0.lastFailure = 9 }.holds)
    }

    @Test func `a share of too few runs says nothing, and is compared without rounding`() {
        let condition = AlertCondition.errorRate(percent: 20, window: 600_000, least: 10)
        let few = measure(condition) { ($0.failed, $0.ended) = (9, [.init(runs: 9, longest: 1)]) }
        #expect(!few.holds)
        #expect(few.value == nil)
        let many = measure(condition) { ($0.failed, $0.ended) = (199, [.init(runs: 1_000, longest: 1)]) }
        #expect(!many.holds)
        #expect(many.value == 19)
        #expect(measure(condition) { ($0.failed, $0.ended) = (200, [.init(runs: 1_000, longest: 1)]) }.holds)
    }

    @Test func `one in twenty may take longer`() {
        let condition = AlertCondition.slowRuns(p95: 1_000, window: 600_000, least: 20)
        func ended(_ fast: Int, _ slow: Int) -> AlertMeasure {
            measure(condition) {
                $0.ended = [.init(runs: slow, longest: 5_000), .init(runs: fast, longest: 900)]
            }
        }
        #expect(ended(95, 5).value == 900)
        #expect(!ended(95, 5).holds)
        #expect(ended(94, 6).value == 5_000)
        #expect(ended(94, 6).holds)
        #expect(ended(10, 9).value == nil)
        #expect(AlertReading().p95 == nil)
    }

    @Test func `the longest run counts, under way or over`() {
        let condition = AlertCondition.longRun(60_000)
        #expect(measure(condition) { _ in }.value == nil)
        #expect(!measure(condition) { $0.underWaySince = Self.now + -60_000 }.holds)
        #expect(measure(condition) { $0.underWaySince = Self.now + -60_001 }.holds)
        #expect(measure(condition) { $0.ended = [.init(runs: 1, longest: 61_000)] }.value == 61_000)
        #expect(measure(.queueAge(1_000)) { $0.queuedSince = Self.now + -1_001 }.holds)
        #expect(!measure(.queueAge(1_000)) { _ in }.holds)
    }
}
