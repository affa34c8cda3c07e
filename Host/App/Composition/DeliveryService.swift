import PatchbayEngine
import ServiceLifecycle

/// Starts the runs of deliveries that others left, as long as the host lives.
struct DeliveryService: Service {
    let pump: DeliveryPump

    func run() async throws {
        await cancelWhenGracefulShutdown { await pump.run() }
    }
}
