package import PatchbayCore
import PatchbayJSON
package import PatchbayModules
package import PatchbaySecurity

/// Builds a connector's library, asks it for its manifest, and makes a package of both.
package struct ConnectorBuild: Sendable {
    package let project: ConnectorProject
    package let sdk: SDKFolder
    package let prober: Prober
    /// Makes the version a prerelease of this number, `1.0.0-dev.7`; for trying things out.
    package var development: Int?

    package init(_ project: ConnectorProject, sdk: SDKFolder, prober: Prober, development: Int? = nil) {
        self.project = project
        self.sdk = sdk
        self.prober = prober
        self.development = development
    }

    package struct Product: Sendable, Equatable {
        package var id: String
        package var version: Version
        /// `<project>/build/plugins/<id>/<version>`
        package var folder: String
        /// The `.pbc` file.
        package var file: String
        /// Bytes of the library.
        package var librarySize: Int64
        package var leastGlibc: String?
        package var isSigned: Bool
        package var warnings: [String]

        /// The package's bytes.
        package func bytes() throws(AuthoringError) -> [UInt8] { try AuthoringFiles.read(file) }
    }

    /// - Parameters:
    ///   - key: Signs the package.
    ///   - output: Where the package goes: a file, or a folder; `build` below the project when nil.
    ///
    /// Throws `AuthoringError`, after the compiler's own words were shown when it is the compiler that refuses, or
    /// `ConnectorRefusal` when a host would refuse what was built.
    package func run(signing key: SigningKey? = nil, output: String? = nil) async throws -> Product {
        let library = try await library()
        // Of this build alone: a version that was given up shall not be called by mistake.
        AuthoringFiles.remove(project.plugins)
        let staged = try await Staging(prober: prober).stage(library: library, into: project.plugins)
        for name in ["README.md", "LICENSE", "CHANGELOG.md", "icon.svg", "icon.png"] {
            guard AuthoringFiles.exists("\(project.folder)/\(name)") else { continue }
            let bytes = try AuthoringFiles.read("\(project.folder)/\(name)")
            try AuthoringFiles.write(bytes, to: "\(staged.folder)/\(name)")
        }
        var packed = try ConnectorPackage.pack(try await PackageFolder(staged.folder).files())
        if let key { packed = try packed.signed(by: key) }
        let path = place(of: packed, output)
        try AuthoringFiles.write(packed.bytes, to: path)
        let built: JSON = ["id": .string(staged.id), "version": .string(staged.version.description)]
        try AuthoringFiles.write(built.bytes(), to: project.output + "/built.json")
        return Product(
            id: staged.id, version: staged.version, folder: staged.folder, file: path,
            librarySize: packed.library.size, leastGlibc: packed.manifest.platform?.leastGlibc?.description,
            isSigned: key != nil, warnings: staged.warnings.map(\.description))
    }

    private func place(of packed: ConnectorPackage, _ output: String?) -> String {
        guard let output else { return "\(project.output)/\(packed.fileName)" }
        return AuthoringFiles.isFolder(output) || output.hasSuffix("/") ? "\(output)/\(packed.fileName)" : output
    }

    /// Compiles; answers the library's path.
    func library() async throws(AuthoringError) -> String {
        switch project.language {
        case .swift: try await SwiftBuild(project: project, sdk: sdk, development: development).run()
        case .c: try await CBuild(project: project, sdk: sdk, development: development).run()
        case .declarative: try DeclarativeBuild(project: project, development: development).run()
        }
    }
}
