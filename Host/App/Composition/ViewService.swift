import PatchbayAPI
import ServiceLifecycle

/// Writes down how many looked at templates, as long as the host lives, and what is left at its end.
struct ViewService: Service {
    let tally: ViewTally

    func run() async throws {
        await cancelWhenGracefulShutdown { await tally.run() }
        await tally.flush()
    }
}
