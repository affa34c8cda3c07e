import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage

/// What taking a credential's use down adds to a call: until the event is on disk. Alone, and with many calls at once.
enum AuditMeasurement {
    private static let rounds = 1_000

    @concurrent static func run(in workshop: Workshop) async throws {
        let log = PostgresAuditLog(workshop.target.as(.engine), log: Workshop.silent)
        let yardstick = try await Yardstick(in: workshop)
        defer { yardstick.remove() }
        let commit = 1_000 / (try yardstick.measure(seconds: 2, clients: 1))
        EngineBench.report("one insert by pgbench, one client", "\(commit.text()) ms", budget: "none")
        for callers in [1, 64, 1_024] {
            _ = try await measure(callers, log)
            let began = ContinuousClock.now
            let figures = try await measure(callers, log)
            let rate = Double(figures.count) / ((ContinuousClock.now - began).milliseconds / 1_000)
            EngineBench.report(
                "a credential's use taken down, \(callers) at a time",
                "p50 \(figures.percentile(0.5).text()) ms, p95 \(figures.percentile(0.95).text()) ms, "
                    + "\(Int(rate)) a second",
                budget: "none")
        }
        await log.close()
    }

    private static func measure(_ callers: Int, _ log: PostgresAuditLog) async throws -> [Double] {
        try await withThrowingTaskGroup(of: [Double].self) { group in
            for _ in 0..<callers {
                group.addTask {
                    var figures: [Double] = []
                    for _ in 0..<max(rounds / callers, 20) {
                        let began = ContinuousClock.now
                        try await log.append([event()])
                        figures.append((ContinuousClock.now - began).milliseconds)
                    }
                    return figures
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private static func event() -> AuditEvent {
        let now = SystemTime().now
        let purpose = CredentialPurpose.call(
            OperationReference(
                connector: "slack", version: Version(major: 1, minor: 0, patch: 0), operation: "send_message"),
            run: .new(at: now), node: "tell", attempt: 1)
        return AuditEvent(
            .credentialUsed, by: purpose.actor, in: .initial, at: now,
            on: AuditEvent.Resource("credential", CredentialID.new(at: now).description), details: purpose.details)
    }
}
