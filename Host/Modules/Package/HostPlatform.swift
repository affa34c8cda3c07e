/// The machine that connectors are to run on.
package struct HostPlatform: Sendable, Equatable {
    package var os: String
    package var arch: String
    package var glibc: GlibcVersion
    /// The folder that the host's own Swift runtime was loaded from; nil when it is inside the host.
    package var swiftRuntime: String?

    package init(os: String, arch: String, glibc: GlibcVersion, swiftRuntime: String?) {
        self.os = os
        self.arch = arch
        self.glibc = glibc
        self.swiftRuntime = swiftRuntime
    }

    var machine: ELFImage.Machine? {
        switch arch {
        case "x86_64": .x86_64
        case "aarch64": .aarch64
        default: nil
        }
    }
}
