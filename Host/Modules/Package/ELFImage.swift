/// What a shared object says of itself, read without running any of it.
///
/// Pure, over the file's bytes; every number in them may be a lie. Read as the dynamic linker reads it: by program headers
/// and the dynamic section, not by section headers, which it ignores. ELF-64, little-endian, after the System V ABI
/// (https://refspecs.linuxfoundation.org/elf/gabi4+) and the GNU extensions of the LSB.
package struct ELFImage: Sendable, Equatable {
    package var machine: Machine
    package var kind: Kind
    /// Dynamic symbols that the image defines for others, in the table's order.
    package var exports: [String]
    /// `DT_NEEDED`
    package var needed: [String]
    /// Folders of `DT_RPATH` and `DT_RUNPATH`.
    package var rpath: [String]
    package var runpath: [String]
    package var hasTextRelocations: Bool
    /// Also when it says nothing of its stack, which the dynamic linker takes for yes.
    package var needsExecutableStack: Bool
    /// Versions of symbols that it needs of other libraries, such as `GLIBC_2.34`.
    package var requiredVersions: [RequiredVersion]

    package enum Machine: Sendable, Hashable, CustomStringConvertible {
        case x86_64
        case aarch64
        case other(UInt16)

        init(_ number: UInt16) {
            self =
                switch number {
                case 62: .x86_64
                case 183: .aarch64
                default: .other(number)
                }
        }

        package var description: String {
            switch self {
            case .x86_64: "x86_64"
            case .aarch64: "aarch64"
            case .other(let number): "machine \(number)"
            }
        }
    }

    package enum Kind: Sendable, Hashable, CustomStringConvertible {
        /// `ET_DYN`
        case sharedObject
        case relocatable
        case executable
        case other(UInt16)

        init(_ number: UInt16) {
            self =
                switch number {
                case 1: .relocatable
                case 2: .executable
                case 3: .sharedObject
                default: .other(number)
                }
        }

        package var description: String {
            switch self {
            case .sharedObject: "a shared object"
            case .relocatable: "an object file that was not linked"
            case .executable: "an executable"
            case .other(let number): "an ELF file of type \(number)"
            }
        }
    }

    package struct RequiredVersion: Sendable, Hashable {
        package var library: String
        package var version: String
    }
}

extension ELFImage {
    /// The oldest glibc that has everything it needs; nil when it needs nothing of one.
    package var leastGlibc: GlibcVersion? {
        requiredVersions.compactMap { required in
            guard required.version.hasPrefix("GLIBC_") else { return nil }
            return GlibcVersion(required.version.dropFirst(6)) ?? Self.marker(required.version)
        }.max()
    }

    /// Versions that stand for an ability of the dynamic linker instead of a release.
    private static func marker(_ version: String) -> GlibcVersion? {
        // Packed relative relocations, understood since 2.36 (glibc's NEWS).
        version == "GLIBC_ABI_DT_RELR" ? GlibcVersion(major: 2, minor: 36) : nil
    }
}
