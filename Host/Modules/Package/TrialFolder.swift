import PatchbayCore

/// Unpacks a package where it is tried out, and takes all of it away again.
struct TrialFolder: Sendable {
    private let folder: String

    /// - Parameter folder: Which trials get a folder each in.
    init(in folder: String) { self.folder = folder }

    /// - Parameter body: Is given the connector's folder, `<scratch>/<id>/<version>`, and `scratch` itself; answers why the
    ///   package is refused.
    func with(
        _ package: ConnectorPackage, _ body: (_ place: String, _ scratch: String) async -> ConnectorRefusal?
    ) async -> ConnectorRefusal? {
        let trial = "\(folder)/\(UInt64.random(in: 0...UInt64.max))"
        let place = "\(trial)/\(package.manifest.id)/\(package.manifest.version)"
        let unpacked = await BlockingWork.run { () -> ConnectorRefusal? in
            do throws(ConnectorRefusal) {
                try PackageFolder(place).unpack(package)
                return nil
            } catch {
                return error
            }
        }
        var refusal = unpacked
        if refusal == nil { refusal = await body(place, trial) }
        await BlockingWork.run { FileSystem.removeTree(trial) }
        return refusal
    }
}
