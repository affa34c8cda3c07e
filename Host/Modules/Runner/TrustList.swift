import PatchbayJSON

/// The libraries that were built with the host: `trusted.json` in the plugins folder names them by digest. Whoever installs
/// a package cannot write there, only into the package's own folder below.
///
///     {"libraries": {"<sha256>": "http 1.0.0"}}
package struct TrustList: Sendable, Equatable {
    private var libraries: JSONObject = [:]

    private static let name = "trusted.json"
    private static let largest = 1 << 20

    package init() {}

    /// Empty when there is none, or it cannot be read: then everything runs in runners.
    package init(in plugins: String) {
        guard let bytes = try? FileSystem.read("\(plugins)/\(Self.name)", atMost: Self.largest),
            let json = try? JSON(parsing: bytes), let libraries = json["libraries"]?.object
        else { return }
        self.libraries = libraries
    }

    package func contains(_ sha256: String) -> Bool { libraries[sha256] != nil }

    /// Adds a library, in the place of the one that the same connector version had.
    package mutating func add(_ sha256: String, as label: String) {
        let others = libraries.filter { $0.value.string != label && $0.name != sha256 }
        libraries = [:]
        for member in others { libraries[member.name] = member.value }
        libraries[sha256] = .string(label)
    }

    /// False when the folder cannot be written to.
    package func write(to plugins: String) -> Bool {
        let document: JSON = ["libraries": .object(libraries)]
        do throws(FileSystem.Failure) {
            try FileSystem.createFolder(plugins)
            try FileSystem.write(document.bytes() + [0x0A], to: "\(plugins)/\(Self.name)", mode: 0o644)
            return true
        } catch {
            return false
        }
    }
}
