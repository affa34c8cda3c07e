import FoundationEssentials
import Testing

/// Runs are started while worker processes are killed, the database is restarted, and connections are cut.
///
/// `PATCHBAY_CHAOS_RUNS` says how many runs; 2,000 when it is not set. `make chaos` does many more.
@Suite(.serialized, .timeLimit(.minutes(120))) struct ChaosTests {
    @Test func `every accepted run ends as it must, whatever dies meanwhile`() async throws {
        let runs = ProcessInfo.processInfo.environment["PATCHBAY_CHAOS_RUNS"].flatMap { Int($0) } ?? 2_000
        try await Chaos.run(runs, patience: .seconds(120))
    }
}
