import PatchbayCore
import PatchbayEngine
import PatchbayFederation
import PatchbayJSON
import PatchbayModules
import PatchbayStorage

extension Parts {
    /// What keeps this host as the catalogue says.
    func follower(_ storage: Storage, _ signals: RunSignals) -> CatalogueFollower {
        CatalogueFollower(
            store: storage.connectors, registry: registry,
            place: CatalogueFollower.Place(
                host: "\(Hostname.current)-\(RequestID.new(at: clock.now))", plugins: configuration.pluginsFolder,
                shared: configuration.sharedConnectorsFolder),
            clock: clock, logger: log,
            onLacking: {
                storage.journal.lacking.replace(by: $0)
                signals.leaveSomeToOthers(!$0.isEmpty)
            })
    }

    /// - Parameter caughtUp: Returns when this host has done what the catalogue says.
    func installer(
        _ storage: Storage, caughtUp: @escaping @Sendable () async -> Void = {}
    ) -> PackageInstaller {
        PackageInstaller(
            store: storage.connectors, registry: registry, data: configuration.dataFolder, clock: clock,
            outbound: outbound, sources: configuration.installSources, caughtUp: caughtUp)
    }

    /// Looks at packages that tenants submit.
    var examiner: RegistryPackageExaminer {
        RegistryPackageExaminer(registry: registry, data: configuration.dataFolder)
    }

    /// How one version's manifest differs from another's; null where one of them cannot be read.
    static func changes(_ old: JSON, _ new: JSON) -> JSON {
        guard let old = Manifest.read(old).manifest, let new = Manifest.read(new).manifest else { return .null }
        return ManifestComparison(old, new).json
    }

    /// Fetches templates of indexes when somebody wants to see or install them.
    func indexedBundles(_ storage: Storage) throws -> IndexedBundles {
        IndexedBundles(
            store: storage.indexes, web: IndexWeb(outbound), trust: try configuration.trustPolicy, clock: clock)
    }

    /// Indexes whose time has come are read by whichever host looks first.
    func followingIndexes(_ storage: Storage) -> RunScheduler.Upkeep {
        let follower = IndexFollower(store: storage.indexes, web: IndexWeb(outbound), clock: clock, logger: log)
        return RunScheduler.Upkeep("following indexes", every: 2_000) { _ in try await follower.followDue() }
    }

    func dropped(_ storage: Storage) -> DroppedPackages {
        DroppedPackages(installer: installer(storage), host: Hostname.current, logger: log)
    }
}
