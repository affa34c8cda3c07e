import PatchbayCore
import PatchbayJSON
import PatchbayModules

/// What calling an action costs that does nothing and runs in a process of its own, beside the yardstick in the same run; and
/// how long the first call of a connector takes that has no process yet.
///
/// Call and yardstick are held against each other on one processor. Where they may be on any, most rounds cost the same, and
/// some cost five times as much, of the one as of the other: those in which the kernel has the two processes on processors
/// of their own. What is told of these is told without a budget.
enum RunnerMeasurement {
    /// Short ones, many of them: what the machine does otherwise comes and goes.
    private static let rounds = 101
    private static let callsPerRound = 300
    private static let colds = 11

    /// Away from the main actor, where workers never are.
    @concurrent static func run(in workshop: Workshop) async throws {
        try await workshop.stage([workshop.build + "/libnoop.so"])
        try await OneProcessor.within { try await warm(workshop, "on one processor", budget: "1.5 × the yardstick") }
        try await warm(workshop, "wherever the kernel puts it", budget: "none")
        try await cold(workshop)
    }

    private static func warm(_ workshop: Workshop, _ place: String, budget: String) async throws {
        let registry = workshop.registry(isolation: IsolationPolicy(.runner))
        await registry.scan()
        let invoker = ModuleInvoker(registry: registry, outbound: nil, credentials: Nothing(), settings: Nothing())
        let call = call
        _ = try await invoker.invoke(call)
        let yardstick = SocketPairYardstick()
        var (figures, bare): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            bare.append(yardstick.round(callsPerRound))
            let start = ContinuousClock.now
            for _ in 0..<callsPerRound { _ = try await invoker.invoke(call) }
            figures.append((ContinuousClock.now - start).microseconds / Double(callsPerRound))
        }
        await registry.close()
        let ratios = zip(figures, bare).map { $0 / $1 }.sorted()
        figures.sort()
        bare.sort()
        let middle = rounds / 2
        Bench.report(
            "socket pair, 2 KiB and back, \(place)",
            "\(bare[middle].rounded(to: 1)) µs (least \(bare[0].rounded(to: 1)))", budget: "the yardstick")
        Bench.report(
            "runner action, empty, \(place)",
            "\(figures[middle].rounded(to: 1)) µs (least \(figures[0].rounded(to: 1))), \(ratios[middle].rounded(to: 2)) ×",
            budget: budget)
    }

    private static func cold(_ workshop: Workshop) async throws {
        var figures: [Double] = []
        for _ in 0..<colds {
            let registry = workshop.registry(isolation: IsolationPolicy(.runner))
            await registry.scan()
            let invoker = ModuleInvoker(registry: registry, outbound: nil, credentials: Nothing(), settings: Nothing())
            let start = ContinuousClock.now
            _ = try await invoker.invoke(call)
            figures.append((ContinuousClock.now - start).microseconds / 1_000)
            await registry.close()
        }
        figures.sort()
        Bench.report(
            "runner action, the first call of a cold one",
            "\(figures[colds / 2].rounded(to: 1)) ms (\(figures[0].rounded(to: 1)) to \(figures[colds - 1].rounded(to: 1)))",
            budget: "25 ms")
    }

    private static var call: OperationCall { call(Workshop.stem + "00", "do_nothing") }

    static func call(_ connector: String, _ operation: String) -> OperationCall {
        let version = Version(major: 1, minor: 0, patch: 0)
        let reference = OperationReference(connector: connector, version: version, operation: operation)
        let now = SystemTime().now
        return OperationCall(
            tenant: .initial, run: .new(at: now), node: "a", attempt: 1, reference: reference, input: ["value": 42],
            credential: nil, idempotencyKey: "key", deadline: now + 600_000)
    }
}
