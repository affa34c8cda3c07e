import CLinux
import Glibc

extension HostPlatform {
    /// This machine.
    package static let current = HostPlatform(
        os: "linux", arch: architecture, glibc: GlibcVersion(String(cString: clinux_glibc_version())) ?? oldest,
        swiftRuntime: folderOfSwiftRuntime())

    /// What is assumed of a glibc that does not say its version: the least that this host's own toolchain supports.
    private static let oldest = GlibcVersion(major: 2, minor: 26)

    private static var architecture: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "aarch64"
        #else
            "unknown"
        #endif
    }

    /// Found by a function of the runtime; nil when it is linked into the host.
    private static func folderOfSwiftRuntime() -> String? {
        guard let function = dlsym(nil, "swift_retain"), let path = clinux_image_path(function) else { return nil }
        let image = String(cString: path)
        guard let slash = image.lastIndex(of: "/"), image.hasSuffix("/libswiftCore.so") else { return nil }
        return String(image[..<slash])
    }
}
