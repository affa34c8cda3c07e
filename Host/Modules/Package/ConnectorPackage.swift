package import PatchbayCore
import PatchbayJSON
package import PatchbaySecurity

/// A connector as it travels: a `.pbc` file with its manifest, its library, and what people want to read.
///
/// Opening one reads it and compares the library with the manifest; nothing of it is run. What a host demands beyond that is
/// the loader's to check.
package struct ConnectorPackage: Sendable {
    /// The file.
    package let bytes: [UInt8]
    /// SHA-256 of the file, 64 digits in lower case: what the package is known by.
    package let digest: String
    package let manifest: Manifest
    package let library: Manifest.Library
    /// By name.
    package let files: [PackageFile]

    package static let manifestName = "manifest.json"
    /// An Ed25519 signature over the bytes of `manifest.json`, in base64.
    package static let signatureName = "manifest.sig"
    /// What this package's files are called, beside their digest.
    package static let fileExtension = "pbc"

    /// Reads a package that nobody vouches for.
    package static func open(
        _ bytes: [UInt8], limits: PackageLimits = PackageLimits()
    ) throws(ConnectorRefusal) -> ConnectorPackage {
        try ConnectorPackage(bytes, files: try PackageArchive(limits: limits).files(in: bytes), limits: limits)
    }

    /// Makes a package of files; they are checked as those of a package that is opened.
    package static func pack(
        _ files: [PackageFile], limits: PackageLimits = PackageLimits()
    ) throws(ConnectorRefusal) -> ConnectorPackage {
        // Read again as everybody else will: what is packed can be opened.
        try open(try PackageArchive.bytes(of: files), limits: limits)
    }

    private init(_ bytes: [UInt8], files: [PackageFile], limits: PackageLimits) throws(ConnectorRefusal) {
        guard let text = files.first(where: { $0.name == Self.manifestName }) else {
            throw .packageIncomplete("no \(Self.manifestName)")
        }
        guard text.bytes.count <= Manifest.largest else {
            throw .packageTooLarge(
                have: "\(text.name) of \(text.bytes.count) bytes", need: "at most \(Manifest.largest)")
        }
        let (manifest, library, _) = try ManifestChecks.parse(text.bytes)
        guard let file = files.first(where: { $0.name == library.file }) else {
            throw .packageIncomplete("no \(library.file), which the manifest names")
        }
        let sha256 = Digest.sha256Hex(file.bytes)
        guard sha256 == library.sha256, file.bytes.count == library.size else {
            throw ConnectorRefusal(
                .digestMismatch, have: "\(library.file) with sha256 \(sha256) and \(file.bytes.count) bytes",
                need: "\(library.sha256) and \(library.size) bytes",
                hint: "Pack the connector anew: the library is not the one that the manifest was made for.")
        }
        for other in files where ![Self.manifestName, library.file].contains(other.name) {
            guard other.bytes.count <= limits.attachment else {
                throw .packageTooLarge(
                    have: "\(other.name) of \(other.bytes.count) bytes", need: "at most \(limits.attachment)")
            }
        }
        self.bytes = bytes
        digest = Digest.sha256Hex(bytes)
        self.manifest = manifest
        self.library = library
        self.files = files.sorted { $0.name < $1.name }
    }

    /// `slack 1.0.0`
    package var label: String { "\(manifest.id) \(manifest.version)" }

    /// `slack-1.0.0.pbc`
    package var fileName: String { "\(manifest.id)-\(manifest.version).\(Self.fileExtension)" }

    package var isSigned: Bool { file(Self.signatureName) != nil }

    package func file(_ name: String) -> [UInt8]? { files.first { $0.name == name }?.bytes }

    /// The same package with a signature by that key in place of any other.
    package func signed(by key: SigningKey) throws(ConnectorRefusal) -> ConnectorPackage {
        let signature = key.signature(over: file(Self.manifestName) ?? [])
        let rest = files.filter { $0.name != Self.signatureName }
        return try .pack(rest + [PackageFile(name: Self.signatureName, bytes: Array((signature + "\n").utf8))])
    }
}

extension ConnectorRefusal {
    static func packageIncomplete(_ have: String) -> ConnectorRefusal {
        ConnectorRefusal(
            .packageIncomplete, have: "a package with \(have)", need: "manifest.json and the library that it names",
            hint: "Pack the connector with `patchbay connector pack`.")
    }
}
