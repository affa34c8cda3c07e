import FoundationEssentials
import Logging
import PatchbayCore
import PatchbayModules

/// Does with a connector what a host does before it uses it, in a temporary folder: nothing is installed.
struct ConnectorInspection {
    let trust: TrustPolicy

    struct Finding {
        /// `slack 1.0.0`, or the path where it did not come that far.
        var name: String
        var warnings: [String] = []
        var refusal: ConnectorRefusal?
    }

    /// - Parameter path: A library, the folder of an installed version, or a package.
    func inspect(_ path: String) async throws -> Finding {
        let files = FileManager.default
        let folder = files.temporaryDirectory.path + "/patchbay-check-\(UInt64.random(in: 0...UInt64.max))"
        try files.createDirectory(
            atPath: folder + "/plugins", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? files.removeItem(atPath: folder) }
        let prober = Prober(runner: Installation.runner)
        var finding = Finding(name: path)
        let plugins: String
        let (id, version): (String, String)
        if Installation.isFolder(path) {
            let whole = URL(fileURLWithPath: path).standardized
            (id, version) = (whole.deletingLastPathComponent().lastPathComponent, whole.lastPathComponent)
            plugins = whole.deletingLastPathComponent().deletingLastPathComponent().path
        } else if path.hasSuffix("." + ConnectorPackage.fileExtension) {
            plugins = folder + "/plugins"
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            do throws(ConnectorRefusal) {
                let package = try ConnectorPackage.open(Array(bytes))
                (id, version) = (package.manifest.id, package.manifest.version.description)
                try PackageFolder("\(plugins)/\(id)/\(version)").unpack(package)
            } catch {
                finding.refusal = error
                return finding
            }
        } else {
            plugins = folder + "/plugins"
            do throws(ConnectorRefusal) {
                let staged = try await Staging(prober: prober).stage(library: path, into: plugins)
                (id, version) = (staged.id, staged.version.description)
                finding.warnings = staged.warnings.map(\.description)
            } catch {
                finding.refusal = error
                return finding
            }
        }
        finding.name = "\(id) \(version)"
        finding.refusal = await refusal(of: id, version, in: plugins, data: folder, prober: prober)
        return finding
    }

    private func refusal(
        of id: String, _ version: String, in plugins: String, data: String, prober: Prober
    ) async -> ConnectorRefusal? {
        let registry = ConnectorRegistry(
            plugins: plugins, data: data, prober: prober, trust: trust,
            isolation: IsolationPolicy(.runner), logger: Logger(label: "check") { _ in SwiftLogNoOpLogHandler() })
        await registry.scan()
        let listing = registry.listings().first { $0.id == id && $0.version == version }
        var refusal = listing?.refusal
        if refusal == nil, let version = Version(version) {
            do throws(ConnectorRefusal) {
                _ = try await registry.module(id, version)
            } catch {
                refusal = error
            }
        }
        await registry.close()
        return refusal
    }
}
