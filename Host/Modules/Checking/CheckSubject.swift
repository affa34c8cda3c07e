package import PatchbayCore
import PatchbaySecurity

/// What is checked: a library, with the manifest that was made for it when there is one.
package struct CheckSubject: Sendable {
    /// As it was named.
    package let path: String
    let library: String
    /// The bytes of `manifest.json`.
    let manifest: [UInt8]?

    /// - Parameters:
    ///   - path: A library, the folder of an installed version, or a package.
    ///   - scratch: A folder that stays until the check is over, for what a package holds.
    package init(_ path: String, scratch: String) async throws(ConnectorRefusal) {
        self = try await BlockingWork.run { () -> Result<CheckSubject, ConnectorRefusal> in
            do throws(ConnectorRefusal) {
                return .success(try CheckSubject(opening: path, scratch: scratch))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    private init(opening path: String, scratch: String) throws(ConnectorRefusal) {
        self.path = path
        if FileSystem.isFolder(path) {
            let bytes = try Self.read("\(path)/\(ConnectorPackage.manifestName)", atMost: Manifest.largest)
            let (_, library, _) = try ManifestChecks.parse(bytes)
            self.library = "\(path)/\(library.file)"
            manifest = bytes
        } else if path.hasSuffix("." + ConnectorPackage.fileExtension) {
            let package = try ConnectorPackage.open(try Self.read(path, atMost: PackageLimits().size))
            library = "\(scratch)/\(package.library.file)"
            manifest = package.file(ConnectorPackage.manifestName)
            do throws(FileSystem.Failure) {
                try FileSystem.write(package.file(package.library.file) ?? [], to: library, mode: 0o500)
            } catch {
                throw ConnectorRefusal(
                    .storeFailed, have: "\(scratch): \(error.description)", need: "room for the package's library",
                    hint: "Free some space in the folder for temporary files.")
            }
        } else {
            library = FileSystem.absolute(path)
            manifest = nil
        }
    }

    static func read(_ path: String, atMost limit: Int) throws(ConnectorRefusal) -> [UInt8] {
        do throws(FileSystem.Failure) {
            return try FileSystem.read(path, atMost: limit)
        } catch {
            throw .libraryUnreadable(path, error.description)
        }
    }
}
