import PatchbayCore

/// A host's own folder of what is installed for all hosts: packages from the catalogue, unpacked.
struct SharedConnectors: Sendable {
    let store: any ConnectorPackageStore
    let path: String

    /// False when it lies here already. `anew`: in place of what lies here, which is damaged.
    func fetch(_ installation: ConnectorInstallation, anew: Bool = false) async throws -> Bool {
        let folder = PackageFolder("\(path)/\(installation.connector)/\(installation.version)")
        if !anew, await BlockingWork.run({ folder.digest }) == installation.digest { return false }
        guard let bytes = try await store.package(installation.digest) else {
            throw ConnectorRefusal.notFetched("the package is not in the database")
        }
        return try await BlockingWork.run { () -> Result<Bool, ConnectorRefusal> in
            do throws(ConnectorRefusal) {
                let package = try ConnectorPackage.open(bytes)
                guard package.digest == installation.digest, package.manifest.id == installation.connector,
                    package.manifest.version == installation.version
                else { throw .notFetched("the database holds \(package.label) with the digest \(package.digest)") }
                try folder.unpack(package)
                return .success(true)
            } catch {
                return .failure(error)
            }
        }.get()
    }

    /// Deletes the folders of what is not installed any more.
    func removeOthers(than installations: [ConnectorInstallation]) async -> Bool {
        let (shared, wanted) = (path, Set(installations.map { "\($0.connector)/\($0.version)" }))
        return await BlockingWork.run {
            var hasRemoved = false
            for id in FileSystem.names(in: shared) {
                for version in FileSystem.names(in: "\(shared)/\(id)") where !wanted.contains("\(id)/\(version)") {
                    FileSystem.removeFolder("\(shared)/\(id)/\(version)")
                    hasRemoved = true
                }
                FileSystem.removeEmptyFolder("\(shared)/\(id)")
            }
            return hasRemoved
        }
    }
}

extension ConnectorRefusal {
    static func notFetched(_ reason: String) -> ConnectorRefusal {
        ConnectorRefusal(
            .storeFailed, have: "a package that did not come here: \(reason)",
            need: "the package from the database, in this host's data folder",
            hint: "It is tried again; look into the log when it stays so.")
    }
}
