package import PatchbayCore

/// A connector's files in a folder: what is packed, and what a package is unpacked to.
package struct PackageFolder: Sendable {
    /// `<somewhere>/<id>/<version>`, or any folder with a manifest and its library.
    package let path: String

    /// Says which package the files are of; written beside them.
    static let mark = "package.sha256"

    package init(_ path: String) { self.path = path }

    /// The manifest, the library, the signature and what people read; other files of the folder are left out.
    package func files() async throws(ConnectorRefusal) -> [PackageFile] {
        let path = path
        return try await BlockingWork.run { () -> Result<[PackageFile], ConnectorRefusal> in
            do throws(ConnectorRefusal) {
                return .success(try Self.read(path))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    /// What people read, of a folder that is no staged one.
    package func filesForPeople() async throws(ConnectorRefusal) -> [PackageFile] {
        let path = path
        return try await BlockingWork.run { () -> Result<[PackageFile], ConnectorRefusal> in
            do throws(ConnectorRefusal) {
                return .success(try Self.forPeople(in: path))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    private static func forPeople(in path: String) throws(ConnectorRefusal) -> [PackageFile] {
        var files: [PackageFile] = []
        for name in FileSystem.names(in: path) where isForPeople(name) {
            if let file = try file(name, in: path, atMost: PackageLimits().attachment) { files.append(file) }
        }
        return files
    }

    private static func read(_ path: String) throws(ConnectorRefusal) -> [PackageFile] {
        guard let text = try file(ConnectorPackage.manifestName, in: path, atMost: Manifest.largest) else {
            throw ConnectorRefusal(
                .manifestMissing, have: "no \(path)/\(ConnectorPackage.manifestName)",
                need: "the folder of a staged connector", hint: "Name the library, or stage it first.")
        }
        let (_, library, _) = try ManifestChecks.parse(text.bytes)
        var files = [text]
        let limits = PackageLimits()
        if let file = try file(library.file, in: path, atMost: limits.expanded) { files.append(file) }
        if let file = try file(ConnectorPackage.signatureName, in: path, atMost: limits.attachment) {
            files.append(file)
        }
        return files + (try forPeople(in: path))
    }

    private static func isForPeople(_ name: String) -> Bool {
        ["README.md", "LICENSE", "CHANGELOG.md", "icon.svg", "icon.png"].contains(name)
    }

    private static func file(
        _ name: String, in path: String, atMost limit: Int
    ) throws(ConnectorRefusal) -> PackageFile? {
        do throws(FileSystem.Failure) {
            return PackageFile(name: name, bytes: try FileSystem.read("\(path)/\(name)", atMost: limit))
        } catch {
            if error.isMissing { return nil }
            throw .libraryUnreadable("\(path)/\(name)", error.description)
        }
    }

    /// Writes a package's files in one step, in place of what was there.
    package func unpack(_ package: ConnectorPackage) throws(ConnectorRefusal) {
        let mark = PackageFile(name: Self.mark, bytes: Array(package.digest.utf8))
        let files = (package.files + [mark]).map { (name: $0.name, bytes: $0.bytes) }
        do throws(FileSystem.Failure) {
            try FolderSwap(path).write(files)
        } catch {
            throw ConnectorRefusal(
                .storeFailed, have: "\(path): \(error.description)", need: "a data folder that the host may write to",
                hint: "Check the folder's owner, mode and free space.")
        }
    }

    /// The digest of the package that was unpacked here; nil when none was, or not wholly.
    var digest: String? {
        guard let bytes = try? FileSystem.read("\(path)/\(Self.mark)", atMost: 64) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
