import PatchbayCore
import PatchbaySecurity

/// A library whose bytes are in order, in the store and ready to be opened.
struct CheckedLibrary: Sendable {
    var path: String
    var isProbed: Bool
}

/// The middle steps of the load order: what the library's bytes decide.
struct LibraryChecks: Sendable {
    var platform: HostPlatform
    var store: ModuleStore

    func check(_ candidate: Candidate) throws(ConnectorRefusal) -> CheckedLibrary {
        let bytes = try read(candidate)
        let sha256 = candidate.library.sha256
        // These very bytes have passed before; the rules have not changed within one run of the host.
        let isProbed = store.isProbed(sha256)
        let rules = LibraryRules(
            platform: platform, runtime: candidate.manifest.sdk.runtime, folderExists: FileSystem.isFolder,
            libraries: candidate.manifest.libraries)
        _ = try rules.check(bytes)
        let generation = ModuleImages.shared.generation(of: sha256, in: store.folder)
        let path = try store.keep(bytes, sha256: sha256, as: candidate.manifest.id, generation: generation)
        return CheckedLibrary(path: path, isProbed: isProbed)
    }

    private func read(_ candidate: Candidate) throws(ConnectorRefusal) -> [UInt8] {
        let bytes: [UInt8]
        do throws(FileSystem.Failure) {
            bytes = try FileSystem.read(candidate.path, atMost: Self.largestLibrary)
        } catch {
            throw .libraryUnreadable(candidate.path, error.description)
        }
        let sha256 = Digest.sha256Hex(bytes)
        guard sha256 == candidate.library.sha256 else {
            throw ConnectorRefusal(
                .digestMismatch, have: "\(candidate.library.file) with sha256 \(sha256) and \(bytes.count) bytes",
                need: "\(candidate.library.sha256) and \(candidate.library.size) bytes",
                hint: "Install the connector anew: the library is not the one that the manifest was made for.")
        }
        return bytes
    }

    /// Bytes; a static Swift runtime with Foundation is 21 MB.
    static let largestLibrary = 1 << 30
}
