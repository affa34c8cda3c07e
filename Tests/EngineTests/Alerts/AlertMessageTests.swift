import Logging
import PatchbayCore
import PatchbayJSON
import Synchronization
import Testing

@testable import PatchbayEngine

@Suite("Alerts: what people and programs are told")
struct AlertMessageTests {
    private static let now = Timestamp(milliseconds: 1_768_212_300_000)

    private func rule(_ condition: AlertCondition, _ scope: AlertScope = .all) -> AlertRule {
        AlertRule(
            id: .new(at: Self.now), tenant: .initial,
            draft: AlertDraft(
                name: "payments", scope: scope, condition: condition,
                targets: [
                    .email(["a@example.com", "b@example.com"]), .slack(channel: "#ops", credential: "team"),
                    .webhook(url: "https://example.com/hook", credential: "KEY"),
                ]), since: Self.now, createdAt: Self.now, updatedAt: Self.now)
    }

    private func text(_ condition: AlertCondition, _ value: Int64?, sample: Int? = nil) -> String {
        let measure = AlertMeasure(holds: true, value: value, sample: sample)
        return AlertMessage(
            AlertChange(.fired, since: Self.now, isTold: true), of: rule(condition), measure, at: Self.now
        )
        .text.split(separator: "\n").prefix(2).joined(separator: " ")
    }

    @Test func `each condition has its words`() {
        #expect(
            text(.failures(count: 3, window: 600_000), 4)
                == "4 runs failed within 10m. It is about all workflows: 3 failed runs within 10m.")
        #expect(text(.failures(count: 1, window: 600_000), 1).hasPrefix("1 run failed within 10m."))
        #expect(text(.eachFailure, 10_000).hasPrefix("10000 or more runs failed."))
        #expect(
            text(.errorRate(percent: 20, window: 3_600_000, least: 10), 25, sample: 40).hasPrefix("25 % of 40 runs"))
        #expect(text(.longRun(60_000), 61_900).hasPrefix("A run takes 1m1s."))
        #expect(
            text(.slowRuns(p95: 500, window: 60_000, least: 20), 730, sample: 20).contains("one in twenty took 730ms"))
        #expect(text(.queueAge(60_000), 90_000).contains("waited 1m30s"))
    }

    @Test func `each recipient has a notice of its own, which is the same when it is made again`() {
        let rule = rule(.eachFailure)
        let id = AlertEventID.new(at: Self.now)
        let measure = AlertMeasure(holds: true, value: 2, runs: (0..<9).map { _ in RunID.new(at: Self.now) })
        let message = AlertMessage(AlertChange(.fired, since: Self.now, isTold: true), of: rule, measure, at: Self.now)
        let (event, notices) = message.made(id)
        #expect(notices == message.made(id).notices)
        #expect(notices.map(\.channel) == [.mail, .mail, .slack, .webhook])
        #expect(notices.map(\.recipient) == ["a@example.com", "b@example.com", "#ops", "https://example.com/hook"])
        #expect(Set(notices.map(\.key)).count == 4)
        #expect(event.messages.map(\.key) == notices.map(\.key))
        #expect(event.runs.count == 5)
        let body = notices[3].data["body"]
        #expect(body?["event"] == "alert.fired")
        #expect(body?["value"] == 2)
        #expect(body?["alert"]?["name"] == "payments")
        #expect(notices[3].data["credential"] == "KEY")
        #expect(notices[0].data["credential"] == nil)
    }

    @Test func `nobody is told in the quiet period, and it stands in the history`() {
        let measure = AlertMeasure(holds: true, value: 2)
        let message = AlertMessage(
            AlertChange(.fired, since: Self.now, isTold: false), of: rule(.queueAge(1_000), .tag("x")), measure,
            at: Self.now)
        let (event, notices) = message.made(.new(at: Self.now))
        #expect(notices.isEmpty)
        #expect(event.messages.isEmpty)
        #expect(event.kind == .fired)
    }

    @Test func `the end and a sample say so`() {
        let rule = rule(.queueAge(1_000), .workflow(.new(at: Self.now)))
        let over = AlertMessage(
            AlertChange(.resolved, since: Self.now + -61_500, isTold: true), of: rule,
            AlertMeasure(holds: false, value: nil), at: Self.now)
        #expect(over.title == "Over: payments")
        #expect(over.text.hasPrefix("This is over after 1m1s."))
        let sample = AlertMessage.sample(of: rule, at: Self.now)
        #expect(sample.title == "Sample: payments")
        #expect(sample.text.contains("Nothing has happened."))
        let again = AlertMessage(
            AlertChange(.continued, since: Self.now, isTold: true, unheard: 2), of: rule,
            AlertMeasure(holds: true, value: 2_000), at: Self.now)
        #expect(again.title == "Alert: payments")
        #expect(again.text.contains("2 times since the last message"))
    }

    // MARK: The watch

    private final class Alerts: DueAlerts {
        let due: Mutex<[(AlertRule, AlertReading)]>
        let counts = Mutex(3)
        let advances = Mutex<[AlertAdvance]>([])

        init(_ due: [(AlertRule, AlertReading)]) { self.due = Mutex(due) }

        func count(limit: Int) async throws -> Bool {
            counts.withLock { counts in
                counts -= 1
                return counts > 0
            }
        }

        func judge(
            at moment: Timestamp, limit: Int, _ body: @Sendable ([(AlertRule, AlertReading)]) -> [AlertAdvance]
        ) async throws -> Int {
            let taken = due.withLock { due in
                let taken = Array(due.prefix(limit))
                due.removeFirst(taken.count)
                return taken
            }
            let made = body(taken)
            advances.withLock { $0 += made }
            return taken.count
        }

        func forget(at moment: Timestamp) async throws {}
    }

    @Test func `all that is due is judged, after all that ended was counted`() async throws {
        var reading = AlertReading()
        reading.queuedSince = Self.now + -5_000
        let quiet = rule(.queueAge(60_000))
        let alerts = Alerts((0..<250).map { ($0 % 2 == 0 ? rule(.queueAge(1_000)) : quiet, reading) })
        let watch = AlertWatch(alerts, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await watch.look(at: Self.now)
        #expect(alerts.counts.withLock { $0 } == 0)
        let advances = alerts.advances.withLock { $0 }
        #expect(advances.count == 250)
        #expect(advances.count { $0.event?.kind == .fired } == 125)
        #expect(advances[0].notices.count == 4)
        #expect(advances[0].state.isFiring)
        #expect(advances[1].event == nil)
        #expect(advances[1].value == 5_000)
        #expect(advances.allSatisfy { $0.nextAt == Self.now + 5_000 })
    }
}
