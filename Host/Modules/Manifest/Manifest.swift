package import PatchbayCore
package import PatchbayJSON

/// What a connector says of itself in `manifest.json`: who it is, what it needs, what it may do, what it offers.
///
/// The declared part is generated from the connector's code and can be asked of the library (`pb_module.manifest`);
/// `platform` and `library` are added when the connector is staged. It is read and checked before the library is opened.
package struct Manifest: Sendable, Equatable {
    /// Lower-kebab, up to 63 characters; names the folder, the library and the connector in workflows.
    package var id: String
    package var version: Version
    package var name: String
    package var summary: String
    package var category: String
    package var license: String?
    package var docs: String?
    package var icon: String?
    package var homepage: String?
    package var abi: ABI
    package var sdk: SDK
    package var isolation: Isolation
    package var hosts: [ManifestHost]
    package var credentials: [CredentialDeclaration]
    /// Libraries of the system that it needs beside the C library.
    package var libraries: [SystemLibrary]
    /// What it may connect to by itself; nil for nothing.
    package var sockets: SocketDeclaration?
    package var limits: Limits
    /// JSON Schema of an object.
    package var settings: JSON
    package var operations: [ManifestOperation]
    /// Nil in a declared part.
    package var platform: Platform?
    /// Nil in a declared part.
    package var library: Library?
    /// All of it as it was read, members that this host does not know included.
    package var document: JSON

    package struct ABI: Sendable, Equatable {
        package var major: Int
        /// The least minor of the host's ABI that the connector works with.
        package var leastMinor: Int
    }

    package struct SDK: Sendable, Equatable {
        package var name: String
        package var version: String
        /// `swift`, `c`, `rust`, …
        package var language: String
        package var runtime: Runtime
    }

    /// What the library needs at run time beside the C library.
    package enum Runtime: String, Sendable, CaseIterable {
        case none
        /// Its own copy of the Swift runtime, inside the library.
        case swiftStatic = "swift-static"
        /// The Swift runtime of the host.
        case swiftShared = "swift-shared"
        /// Rust's, inside the library.
        case rust
    }

    /// Where the connector asks to run; the operator decides.
    package enum Isolation: String, Sendable, CaseIterable {
        case inProcess = "in_process"
        case runner
    }

    package struct Limits: Sendable, Equatable {
        /// Calls at the same time; 1 to 10,000.
        package var concurrency: Int
        /// Milliseconds a call may take when neither operation nor node say; 1 to a day.
        package var timeout: Int64
        /// Bytes that one of its processes may fill; nil: as the host says. 16 MiB to 64 GiB.
        package var memory: Int64?
        /// Milliseconds of processor time that a call may use, on average over the calls of a process; nil: any.
        package var cpu: Int64?
        /// Calls that one of its processes has at a time; nil: as the host says. 1 to 1,000.
        package var callsPerProcess: Int?
    }

    package struct Platform: Sendable, Equatable {
        package var os: String
        package var arch: String
        package var leastGlibc: GlibcVersion?
    }

    package struct Library: Sendable, Equatable {
        /// A file name in the manifest's folder.
        package var file: String
        /// Lower-case hexadecimal.
        package var sha256: String
        package var size: Int64
    }
}

extension Manifest {
    /// Bytes of the largest manifest that is read.
    package static let largest = 4 << 20
    /// The manifest format that this host reads.
    package static let format: Int64 = 1

    package func operation(_ id: String) -> ManifestOperation? { operations.first { $0.id == id } }

    package func credential(_ slot: String) -> CredentialDeclaration? { credentials.first { $0.name == slot } }

    /// The document without what staging adds: what the library itself must say.
    package var declared: JSON {
        guard var members = document.object else { return document }
        members["platform"] = nil
        members["library"] = nil
        return .object(members)
    }
}
