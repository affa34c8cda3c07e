import Logging
import PatchbayCore
import Synchronization

@testable import PatchbayModules

/// A host with folders of its own, which keeps to a catalogue.
final class FollowingHost: Sendable {
    let bench: Workbench
    let registry: ConnectorRegistry
    let follower: CatalogueFollower
    let installer: PackageInstaller

    init(_ name: String, _ catalogue: MemoryCatalogue, trust: TrustPolicy = .any, log: KeptLog = KeptLog()) async throws
    {
        let bench = try Workbench()
        let shared = bench.data + "/connectors"
        let registry = ConnectorRegistry(
            plugins: bench.plugins, shared: shared, data: bench.data, prober: bench.prober, trust: trust,
            calls: bench.calls, logger: log.logger)
        await registry.scan()
        let box = Box()
        let follower = CatalogueFollower(
            store: catalogue, registry: registry,
            place: .init(host: name, plugins: bench.plugins, shared: shared), logger: log.logger,
            onLacking: { pins in box.pins.withLock { $0 = pins } })
        self.bench = bench
        self.registry = registry
        self.follower = follower
        self.box = box
        store = catalogue
        installer = PackageInstaller(
            store: catalogue, registry: registry, data: bench.data, clock: SystemTime(),
            caughtUp: { await follower.catchUp() })
    }

    /// As the host has it: it does not wait for the follower, which waits for it.
    func dropped(_ log: KeptLog) -> DroppedPackages {
        let installer = PackageInstaller(store: store, registry: registry, data: bench.data, clock: SystemTime())
        return DroppedPackages(installer: installer, host: "one", logger: log.logger)
    }

    private let store: MemoryCatalogue
    private let box: Box
    private final class Box: Sendable { let pins = Mutex<Set<ConnectorPin>>([]) }

    var lackingPins: Set<ConnectorPin> { box.pins.withLock { $0 } }

    func state(_ version: String) -> ConnectorListing.State? {
        registry.listings().first { $0.id == "fixture" && $0.version == version }?.state
    }

    func offered() -> [String] { registry.versions(of: "fixture").map(\.description) }
}

/// A package of the fixture's connector.
func fixturePackage(_ version: String, defines: [String] = []) async throws -> ConnectorPackage {
    let bench = try Workbench()
    let folder = try bench.install(
        CConnector(manifest: FixtureManifest.declared(version: version), defines: defines))
    return try .pack(try await PackageFolder(folder).files())
}
