package import PatchbayCore
package import PatchbayOutbound

/// Installs packages for all hosts: what this host finds in order goes into the catalogue, and from there to everybody.
package struct PackageInstaller: ConnectorInstaller {
    private let store: any ConnectorPackageStore
    private let registry: ConnectorRegistry
    private let folder: String
    private let clock: any TimeSource
    private let outbound: OutboundClient?
    private let sources: [String]
    private let caughtUp: @Sendable () async -> Void

    /// Milliseconds that fetching a package may take.
    private static let patience: Int64 = 60_000

    /// - Parameters:
    ///   - data: The host's private folder.
    ///   - sources: Where packages may be fetched from, as `HostPattern` reads it.
    ///   - caughtUp: Returns when this host has done what the catalogue says.
    package init(
        store: any ConnectorPackageStore, registry: ConnectorRegistry, data: String, clock: any TimeSource,
        outbound: OutboundClient? = nil, sources: [String] = [],
        caughtUp: @escaping @Sendable () async -> Void = {}
    ) {
        self.store = store
        self.registry = registry
        folder = "\(data)/incoming"
        self.clock = clock
        self.outbound = outbound
        self.sources = sources
        self.caughtUp = caughtUp
    }

    package func install(_ bytes: [UInt8], mayConnect: Bool, by: String) async throws -> ConnectorInstalling {
        let package = try await BlockingWork.run { () -> Result<ConnectorPackage, ConnectorRefusal> in
            do throws(ConnectorRefusal) {
                return .success(try ConnectorPackage.open(bytes))
            } catch {
                return .failure(error)
            }
        }.get()
        if let local = registry.listings().first(where: { $0.isVersion(of: package) }), local.state != .refused,
            local.sha256 != package.library.sha256
        {
            throw Self.taken(package, by: "with the library \(local.sha256 ?? "")")
        }
        if let refusal = await refusal(of: package) { throw refusal }
        let outcome = try await store.install(
            ConnectorInstallation(
                connector: package.manifest.id, version: package.manifest.version, digest: package.digest,
                size: package.bytes.count, librarySHA256: package.library.sha256, mayConnect: mayConnect,
                installedAt: clock.now, installedBy: by), package: bytes)
        if case .taken(let there) = outcome { throw Self.taken(package, by: "as the package \(there.digest)") }
        await caughtUp()
        return outcome
    }

    package func install(from url: String, mayConnect: Bool, by: String) async throws -> ConnectorInstalling {
        try await install(try await fetch(url), mayConnect: mayConnect, by: by)
    }

    package func settle() async { await caughtUp() }

    package func tryAgain(_ pin: ConnectorPin) async -> Bool {
        registry.liftQuarantine(of: pin.connector, pin.version)
    }

    private func fetch(_ url: String) async throws -> [UInt8] {
        let hosts = sources.compactMap { HostPattern($0) }
        guard let outbound, !hosts.isEmpty else { throw ConnectorFetchFailure.notAllowed(sources) }
        let request = OutboundRequest(
            url: url, timeout: Self.patience, maxBody: PackageLimits().size, maxRedirects: 5, allowedHosts: hosts)
        do {
            let response = try await outbound.send(request)
            guard response.status == 200 else {
                throw ConnectorFetchFailure.failed("the server answered \(response.status)")
            }
            return response.body
        } catch let error as OutboundError {
            if error.code == .hostNotDeclared { throw ConnectorFetchFailure.notAllowed(sources) }
            throw ConnectorFetchFailure.failed(error.message)
        }
    }

    private func refusal(of package: ConnectorPackage) async -> ConnectorRefusal? {
        await TrialFolder(in: folder).with(package) { place, scratch in
            let (id, version) = (package.manifest.id, package.manifest.version)
            if let refusal = await registry.refusal(of: place, id: id, version: version) { return refusal }
            return await registry.failedCheck(of: place, scratch: scratch)
        }
    }

    private static func taken(_ package: ConnectorPackage, by other: String) -> ConnectorRefusal {
        ConnectorRefusal(
            .versionTaken, have: "\(package.label) \(other)", need: "the same bytes, or another version",
            hint: "Give the new build a version of its own, or remove the old one first.")
    }
}

extension ConnectorListing {
    fileprivate func isVersion(of package: ConnectorPackage) -> Bool {
        id == package.manifest.id && version == package.manifest.version.description
    }
}
