import PatchbayEngine
import PatchbayStorage
import ServiceLifecycle

/// Hears what other processes tell about runs, as long as the host lives.
struct NewsService: Service {
    let news: PostgresRunNews
    let signals: RunSignals

    func run() async throws {
        await cancelWhenGracefulShutdown { await news.hear { signals.heard($0) } }
    }
}
