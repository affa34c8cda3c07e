import PatchbayEngine
import ServiceLifecycle

/// Tells and hears which services are to be left alone, as long as the host lives.
struct GateService: Service {
    let exchange: GateExchange

    func run() async throws {
        await cancelWhenGracefulShutdown { await exchange.run() }
    }
}
