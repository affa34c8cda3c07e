package import Logging
package import PatchbayCore

/// Judges alerts: takes down what ended, and looks at those whose time has come. Any number of hosts may be at it; the database gives
/// each alert to one of them. What becomes of an alert is stored together with its event and its notices, which the same outbox
/// sends as those of tasks: a host that dies in between has done nothing, or all.
package struct AlertWatch: Sendable {
    /// Changes of a tenant that are counted in one transaction, and how many such follow each other in one look.
    private static let portion = 2_000
    private static let portions = 50
    /// Alerts that are judged in one transaction.
    private static let batch = 200

    private let alerts: any DueAlerts
    private let logger: Logger

    package init(_ alerts: any DueAlerts, logger: Logger) {
        self.alerts = alerts
        self.logger = logger
    }

    package func look(at now: Timestamp) async throws {
        for _ in 0..<Self.portions where !Task.isCancelled {
            guard try await alerts.count(limit: Self.portion) else { break }
        }
        while !Task.isCancelled {
            let logger = logger
            let count = try await alerts.judge(at: now, limit: Self.batch) { due in
                due.map { Self.judged($0, $1, at: now, logger) }
            }
            if count < Self.batch { return }
        }
    }

    package func forget(at now: Timestamp) async throws { try await alerts.forget(at: now) }

    static func judged(
        _ rule: AlertRule, _ reading: AlertReading, at now: Timestamp, _ logger: Logger
    ) -> AlertAdvance {
        let condition = rule.draft.condition
        let measure = condition.measure(reading, at: now)
        var state = rule.state
        let change = state.apply(measure, of: condition, quiet: rule.draft.quiet, at: now)
        let made = change.map { AlertMessage($0, of: rule, measure, at: now).made(.new(at: now)) }
        if let change {
            logger.info(
                "an alert changed",
                metadata: [
                    "tenant": "\(rule.tenant)", "alert": "\(rule.id)", "change": "\(change.kind.rawValue)",
                    "notices": "\(made?.notices.count ?? 0)",
                ])
        }
        return AlertAdvance(
            alert: rule.id, tenant: rule.tenant, state: state, value: measure.value,
            nextAt: now + condition.interval, event: made?.event, notices: made?.notices ?? [])
    }
}
