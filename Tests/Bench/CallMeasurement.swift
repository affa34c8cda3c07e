import PatchbayCore
import PatchbayJSON
import PatchbayModules

/// What calling an action costs that does nothing: JSON text in, across the border, JSON text out, back into the task.
enum CallMeasurement {
    /// Many short ones: what else the machine has to do comes for a second and goes.
    private static let rounds = 301
    private static let callsPerRound = 5_000

    /// Away from the main actor, where workers never are: a call from there costs two changes of thread.
    @concurrent static func run(in workshop: Workshop) async throws {
        try await workshop.stage([workshop.build + "/libnoop.so"])
        let registry = workshop.registry()
        await registry.scan()
        let invoker = ModuleInvoker(
            registry: registry, outbound: nil, credentials: Nothing(), settings: Nothing())
        let version = Version(major: 1, minor: 0, patch: 0)
        let reference = OperationReference(connector: Workshop.stem + "00", version: version, operation: "do_nothing")
        let now = SystemTime().now
        let call = OperationCall(
            tenant: .initial, run: .new(at: now), node: "a", attempt: 1, reference: reference, input: ["value": 42],
            credential: nil, idempotencyKey: "key", deadline: now + 600_000)
        var figures: [Double] = []
        for _ in 0..<rounds {
            let start = ContinuousClock.now
            for _ in 0..<callsPerRound { _ = try await invoker.invoke(call) }
            figures.append((ContinuousClock.now - start).microseconds / Double(callsPerRound))
        }
        figures.sort()
        let median = figures[rounds / 2]
        Bench.report(
            "in-process action, empty, JSON in and out",
            "\(median.rounded(to: 2)) µs (least \(figures[0].rounded(to: 2)))",
            budget: "3 µs")
        await registry.close()
    }
}

/// No credentials, no settings.
struct Nothing: CredentialSource, ConnectorSettingsStore {
    func grant(
        named name: String, in tenant: TenantID, for purpose: CredentialPurpose
    ) async throws -> CredentialGrant? { nil }
    func settings(of connector: String, in tenant: TenantID) async throws -> JSON { [:] }
    func set(_ settings: JSON, of connector: String, in tenant: TenantID, at: Timestamp) async throws {}
}

extension Duration {
    var microseconds: Double { Double(components.seconds) * 1e6 + Double(components.attoseconds) / 1e12 }
}

extension Double {
    func rounded(to places: Int) -> Double {
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        return (self * scale).rounded() / scale
    }
}
