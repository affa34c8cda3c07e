import PatchbayCore
import PatchbayJSON
package import PatchbayModules

/// Finds a connector's manifest wherever somebody points to it.
package struct ManifestSource: Sendable {
    let prober: Prober
    let plugins: String

    /// - Parameter plugins: Where installed connectors are, for `acme` and `acme@1.0.0`.
    package init(prober: Prober, plugins: String) {
        self.prober = prober
        self.plugins = plugins
    }

    /// Reads a package (`.pbc`), a library (`.so`, which is tried in a child), a `manifest.json`, the folder of an installed
    /// version, a project that has been built, or an installed connector by its id.
    package func manifest(of name: String) async throws -> Manifest {
        if AuthoringFiles.isFolder(name) { return try await manifest(inFolder: name) }
        guard AuthoringFiles.exists(name) else { return try installed(name) }
        if name.hasSuffix(".so") { return try read(try await prober.probe(name).manifest, name) }
        let bytes = try AuthoringFiles.read(name)
        if name.hasSuffix(".\(ConnectorPackage.fileExtension)") { return try ConnectorPackage.open(bytes).manifest }
        return try parse(bytes, name)
    }

    private func manifest(inFolder folder: String) async throws -> Manifest {
        if AuthoringFiles.exists(folder + "/manifest.json") {
            return try parse(try AuthoringFiles.read(folder + "/manifest.json"), folder + "/manifest.json")
        }
        guard let project = ConnectorProject.find(folder) else {
            throw AuthoringError("\(folder) holds neither a manifest.json nor a connector's sources.")
        }
        guard let built = project.built else {
            throw AuthoringError("\(folder) has not been built yet. Build it: patchbay connector build \(folder)")
        }
        let path = "\(project.plugins)/\(built.id)/\(built.version)/manifest.json"
        return try parse(try AuthoringFiles.read(path), path)
    }

    private func installed(_ name: String) throws -> Manifest {
        let parts = name.split(separator: "@", maxSplits: 1).map(String.init)
        let folder = "\(plugins)/\(parts.first ?? "")"
        let versions = AuthoringFiles.names(in: folder).compactMap { Version($0) }.sorted(by: >)
        let wanted = parts.count > 1 ? versions.first { $0.description == parts[1] } : versions.first
        guard let wanted else {
            let known = AuthoringFiles.names(in: plugins).filter { AuthoringFiles.isFolder("\(plugins)/\($0)") }
            let hint = Suggestion.hint(for: name, among: known, known: "installed are")
            throw AuthoringError(
                "There is no file, folder or installed connector `\(name)`."
                    + (hint.map { " " + $0.prefix(1).uppercased() + $0.dropFirst() } ?? ""))
        }
        let path = "\(folder)/\(wanted)/manifest.json"
        return try parse(try AuthoringFiles.read(path), path)
    }

    private func parse(_ bytes: [UInt8], _ name: String) throws -> Manifest {
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: bytes)
        } catch {
            throw AuthoringError("\(name) is no JSON: \(error)")
        }
        return try read(json, name)
    }

    private func read(_ json: JSON, _ name: String) throws -> Manifest {
        // A manifest that was not staged lacks the library; its declared part is all that is asked for here.
        let reading = Manifest.read(json, as: json["library"] == nil ? .declared : .staged)
        guard let manifest = reading.manifest else {
            throw AuthoringError(
                "\(name) is no manifest:\n" + reading.problems.prefix(20).map { "  \($0)" }.joined(separator: "\n"))
        }
        return manifest
    }
}
