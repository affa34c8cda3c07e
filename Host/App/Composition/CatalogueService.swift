import PatchbayModules
import ServiceLifecycle

/// Keeps this host's connectors as the catalogue says, as long as the host lives.
struct CatalogueService: Service {
    let follower: CatalogueFollower
    let dropped: DroppedPackages

    func run() async throws {
        await cancelWhenGracefulShutdown { await follower.run { await dropped.install($0) } }
    }
}
