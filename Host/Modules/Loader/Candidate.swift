import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// A connector's folder whose manifest is in order: everything that can be known without touching the library.
struct Candidate: Sendable, Equatable {
    var folder: String
    var manifest: Manifest
    /// The bytes of `manifest.json`; a rescan compares them.
    var bytes: [UInt8]
    var library: Manifest.Library
    var warnings: [ManifestProblem]

    var path: String { "\(folder)/\(library.file)" }
}

/// The first steps of the load order: what the manifest alone decides.
struct ManifestChecks: Sendable {
    var platform: HostPlatform
    var trust: TrustPolicy

    /// - Parameters:
    ///   - folder: `plugins/<id>/<version>`.
    ///   - id: The folder's name above, which the manifest must repeat.
    func candidate(in folder: String, id: String, version: String) throws(ConnectorRefusal) -> Candidate {
        let bytes = try read("\(folder)/manifest.json")
        let (manifest, library, warnings) = try Self.parse(bytes)
        guard manifest.id == id, manifest.version.description == version else {
            throw ConnectorRefusal(
                .folderMismatch,
                have: "the folder \(id)/\(version) with the manifest of \(manifest.id) \(manifest.version)",
                need: "the folder \(manifest.id)/\(manifest.version)",
                hint: "Stage the connector with `patchbay connector stage`, or rename the folder.")
        }
        if let refusal = wrongPlatform(manifest) ?? wrongABI(manifest) { throw refusal }
        // The signature covers the manifest, which holds the library's digest; it is checked before anything that the
        // manifest says is offered to anyone.
        try checkSignature(of: bytes, in: folder)
        guard FileSystem.exists("\(folder)/\(library.file)") else {
            throw ConnectorRefusal(
                .libraryMissing, have: "no file \(library.file) in \(folder)",
                need: "the library that the manifest names",
                hint: "Install the connector anew.")
        }
        try checkSize(of: library, in: folder)
        return Candidate(folder: folder, manifest: manifest, bytes: bytes, library: library, warnings: warnings)
    }

    private func read(_ path: String) throws(ConnectorRefusal) -> [UInt8] {
        do throws(FileSystem.Failure) {
            return try FileSystem.read(path, atMost: Manifest.largest)
        } catch {
            guard error.isMissing else {
                throw ConnectorRefusal(
                    .manifestUnreadable, have: "\(path): \(error.description)",
                    need: "a file of at most \(Manifest.largest) bytes that the host may read",
                    hint: "Check the file's size, owner and mode.")
            }
            throw ConnectorRefusal(
                .manifestMissing, have: "no \(path)", need: "the connector's manifest",
                hint: "Stage the connector with `patchbay connector stage`, or remove the folder.")
        }
    }

    /// Reads a manifest as it stands in a folder or a package.
    static func parse(
        _ bytes: [UInt8]
    ) throws(ConnectorRefusal) -> (Manifest, Manifest.Library, [ManifestProblem]) {
        let document: JSON
        do throws(JSONError) {
            document = try JSON(parsing: bytes, limits: JSONLimits(bytes: Manifest.largest))
        } catch {
            throw ConnectorRefusal(
                .manifestUnreadable, have: "a manifest.json that is no JSON: \(error)", need: "a JSON text",
                hint: "Install the connector anew.")
        }
        let reading = Manifest.read(document)
        guard let manifest = reading.manifest, let library = manifest.library else {
            let shown = reading.problems.prefix(20).map(\.description)
            let more = reading.problems.count > 20 ? ["and \(reading.problems.count - 20) more"] : []
            throw ConnectorRefusal(
                .manifestInvalid, have: (shown + more).joined(separator: "; "),
                need: "a manifest of format \(Manifest.format)", hint: "Rebuild the connector with its SDK.")
        }
        return (manifest, library, reading.warnings)
    }

    private func wrongPlatform(_ manifest: Manifest) -> ConnectorRefusal? {
        guard let wanted = manifest.platform else { return nil }
        if wanted.os != platform.os || wanted.arch != platform.arch {
            return ConnectorRefusal(
                .platformMismatch, have: "a connector for \(wanted.os) on \(wanted.arch)",
                need: "\(platform.os) on \(platform.arch)", hint: "Install the connector's build for this machine.")
        }
        guard let least = wanted.leastGlibc, least > platform.glibc else { return nil }
        return .glibcTooOld(have: platform.glibc, need: least)
    }

    private func wrongABI(_ manifest: Manifest) -> ConnectorRefusal? {
        if manifest.abi.major != ModuleEntry.major {
            return ConnectorRefusal(
                .abiMajor, have: "ABI \(ModuleEntry.major).\(ModuleEntry.minor)",
                need: "ABI \(manifest.abi.major).\(manifest.abi.leastMinor)",
                hint: manifest.abi.major > ModuleEntry.major
                    ? "Upgrade Patchbay, or install an older version of the connector."
                    : "Install a newer version of the connector.")
        }
        return manifest.abi.leastMinor > ModuleEntry.minor ? .abiMinor(least: manifest.abi.leastMinor) : nil
    }

    /// A library that is still being copied has not all of its bytes. Its digest is compared before it is opened.
    private func checkSize(of library: Manifest.Library, in folder: String) throws(ConnectorRefusal) {
        guard let size = FileSystem.size(of: "\(folder)/\(library.file)"), size != library.size else { return }
        throw ConnectorRefusal(
            .digestMismatch, have: "\(library.file) with \(size) bytes",
            need: "\(library.sha256) and \(library.size) bytes",
            hint: "Wait until it is copied, or install the connector anew: the library is not the one of the manifest.")
    }

    private func checkSignature(of bytes: [UInt8], in folder: String) throws(ConnectorRefusal) {
        guard case .signed(let keys) = trust else { return }
        let path = "\(folder)/manifest.sig"
        guard let text = try? FileSystem.read(path, atMost: 1 << 10) else {
            throw ConnectorRefusal(
                .signatureMissing, have: "no \(path)", need: "a signature by one of \(keys.count) trusted keys",
                hint: "Install a signed build, or change the trust policy.")
        }
        let signature = String(decoding: text, as: UTF8.self).filter { !$0.isWhitespace }
        guard keys.contains(where: { $0.hasSigned(bytes, signature: signature) }) else {
            throw ConnectorRefusal(
                .signatureInvalid, have: "a signature that is of none of \(keys.count) trusted keys, or of other bytes",
                need: "a signature over manifest.json as it is", hint: "Install the connector anew from its publisher.")
        }
    }
}
