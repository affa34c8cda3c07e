import FoundationEssentials
import Testing

/// Runs are started while worker processes are killed, the database is restarted, and connections are cut.
///
/// `PATCHBAY_CHAOS_RUNS` says how many runs; 2,000 when it is not set. `make chaos` does many more, and measures with
/// `PATCHBAY_CHAOS_DEATHS` runs how soon they go on when their worker is killed.
@Suite(.serialized, .timeLimit(.minutes(120))) struct ChaosTests {
    private static func count(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    @Test func `every accepted run ends as it must, whatever dies meanwhile`() async throws {
        try await Chaos.run(Self.count("PATCHBAY_CHAOS_RUNS") ?? 2_000, under: .everything, patience: .seconds(120))
    }

    @Test func `runs go on elsewhere when their worker is killed`() async throws {
        try await Chaos.run(Self.count("PATCHBAY_CHAOS_DEATHS") ?? 200, under: .deaths, patience: .seconds(120))
    }
}
