package import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// Puts a built library into a plugins folder, with the manifest that it gives of itself.
package struct Staging: Sendable {
    private let prober: Prober
    private let platform: HostPlatform

    package init(prober: Prober, platform: HostPlatform = .current) {
        self.prober = prober
        self.platform = platform
    }

    /// What was staged.
    package struct Staged: Sendable, Equatable {
        package var id: String
        package var version: Version
        /// `<plugins>/<id>/<version>`
        package var folder: String
        /// False when the same bytes were there already.
        package var isNew: Bool
        package var warnings: [ManifestProblem]
    }

    /// - Parameter isTrusted: It was built with the host: it may run in the host's process, when its manifest asks for that.
    ///
    /// Checks a library, tries it out in a child, and writes `<plugins>/<id>/<version>/{manifest.json, <id>.so}`: as a whole
    /// or not at all, replacing what was there under that version when it differs.
    package func stage(
        library path: String, into plugins: String, isTrusted: Bool = false
    ) async throws(ConnectorRefusal) -> Staged {
        let bytes = try await read(path)
        // The runtime it declares is known only once it has run; nothing that breaks the wider rules is run.
        _ = try rules(.swiftShared, SystemLibrary.allCases).check(bytes)
        let report = try await prober.probe(path)
        let image = try rules(runtime(report), libraries(report)).check(bytes)
        let manifest = try manifest(report, image, bytes)
        let folder = "\(plugins)/\(manifest.id)/\(manifest.version)"
        let text = Array((manifest.document.prettyText + "\n").utf8)
        let files = [(name: "manifest.json", bytes: text), (name: "\(manifest.id).so", bytes: bytes)]
        let isNew = try await write(files, to: folder)
        if isTrusted { try await trust(manifest, in: plugins) }
        return Staged(
            id: manifest.id, version: manifest.version, folder: folder, isNew: isNew,
            warnings: Manifest.read(manifest.document).warnings)
    }

    private func trust(_ manifest: Manifest, in plugins: String) async throws(ConnectorRefusal) {
        let hasWritten = await BlockingWork.run {
            var list = TrustList(in: plugins)
            list.add(manifest.library?.sha256 ?? "", as: "\(manifest.id) \(manifest.version)")
            return list.write(to: plugins)
        }
        guard !hasWritten else { return }
        throw ConnectorRefusal(
            .storeFailed, have: "no trust list could be written in \(plugins)",
            need: "a plugins folder that can be written to", hint: "Check the folder's owner, mode and free space.")
    }

    private func read(_ path: String) async throws(ConnectorRefusal) -> [UInt8] {
        try await BlockingWork.run { () -> Result<[UInt8], ConnectorRefusal> in
            do throws(FileSystem.Failure) {
                return .success(try FileSystem.read(path, atMost: LibraryChecks.largestLibrary))
            } catch {
                return .failure(
                    error.isMissing
                        ? ConnectorRefusal(
                            .libraryMissing, have: "no file \(path)", need: "a connector's library",
                            hint: "Build it first, and name the .so file.")
                        : .libraryUnreadable(path, error.description))
            }
        }.get()
    }

    private func rules(_ runtime: Manifest.Runtime, _ libraries: [SystemLibrary]) -> LibraryRules {
        LibraryRules(
            platform: platform, runtime: runtime, folderExists: FileSystem.isFolder, libraries: libraries)
    }

    private func libraries(_ report: ProbeReport) -> [SystemLibrary] {
        let names = report.manifest["permissions"]?["libraries"]?.array ?? []
        return names.compactMap { $0.string.flatMap(SystemLibrary.init(rawValue:)) }
    }

    private func runtime(_ report: ProbeReport) -> Manifest.Runtime {
        report.manifest["sdk"]?["runtime"]?.string.flatMap(Manifest.Runtime.init(rawValue:)) ?? .none
    }

    /// The declared part with what staging adds.
    private func manifest(
        _ report: ProbeReport, _ image: ELFImage, _ bytes: [UInt8]
    ) throws(ConnectorRefusal) -> Manifest {
        var platform: JSONObject = ["os": .string(self.platform.os), "arch": .string(self.platform.arch)]
        platform["least_glibc"] = image.leastGlibc.map { .string($0.description) }
        var document = report.manifest.object ?? [:]
        document["platform"] = .object(platform)
        document["library"] = [
            "file": .string("\(report.id).so"), "sha256": .string(Digest.sha256Hex(bytes)),
            "size": .int(Int64(bytes.count)),
        ]
        let reading = Manifest.read(.object(document))
        guard let manifest = reading.manifest else {
            throw ConnectorRefusal(
                .manifestInvalid, have: reading.problems.map(\.description).joined(separator: "; "),
                need: "a manifest of format \(Manifest.format)", hint: "Correct what the connector declares.")
        }
        if let refusal = report.mismatch(with: manifest) { throw refusal }
        return manifest
    }

    private func write(
        _ files: [(name: String, bytes: [UInt8])], to folder: String
    ) async throws(ConnectorRefusal) -> Bool {
        try await BlockingWork.run { () -> Result<Bool, ConnectorRefusal> in
            let isThere = files.allSatisfy { file in
                (try? FileSystem.read("\(folder)/\(file.name)", atMost: file.bytes.count)) == file.bytes
            }
            if isThere { return .success(false) }
            do throws(FileSystem.Failure) {
                try FolderSwap(folder).write(files)
                return .success(true)
            } catch {
                return .failure(
                    ConnectorRefusal(
                        .storeFailed, have: "\(folder): \(error.description)",
                        need: "a plugins folder that can be written to",
                        hint: "Check the folder's owner, mode and free space."))
            }
        }.get()
    }
}
