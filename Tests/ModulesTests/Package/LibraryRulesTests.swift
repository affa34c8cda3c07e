import PatchbayCore
import Testing

@testable import PatchbayModules

@Suite struct LibraryRulesTests {
    private let image = ELFImage.forTest()

    private func refusal(
        _ image: ELFImage, _ runtime: Manifest.Runtime = .none, existing: Set<String> = []
    ) -> ConnectorRefusal? {
        let platform = HostPlatform(
            os: "linux", arch: "x86_64", glibc: GlibcVersion(major: 2, minor: 36), swiftRuntime: "/swift")
        return LibraryRules(platform: platform, runtime: runtime, folderExists: existing.contains).refusal(of: image)
    }

    private func code(
        _ runtime: Manifest.Runtime = .none, existing: Set<String> = [], _ change: (inout ELFImage) -> Void
    ) -> String? {
        var image = image
        change(&image)
        return refusal(image, runtime, existing: existing)?.code
    }

    @Test func `a lone entry over the C library is in order`() {
        #expect(refusal(image) == nil)
    }

    @Test func `a library of the system is allowed to who declares it, in whatever version`() {
        let platform = HostPlatform(
            os: "linux", arch: "x86_64", glibc: GlibcVersion(major: 2, minor: 36), swiftRuntime: "/swift")
        var rules = LibraryRules(platform: platform, runtime: .none, folderExists: { _ in false }, libraries: [.pq])
        var image = image
        image.needed += ["libpq.so.5"]
        #expect(rules.refusal(of: image) == nil)
        rules.libraries = [.curl]
        let refusal = rules.refusal(of: image)
        #expect(refusal?.code == "private-dependency")
        #expect(refusal?.need.contains("`libpq`") == true)
        image.needed += ["libpqxx.so.7"]
        #expect(rules.refusal(of: image)?.need.contains("nothing but") == true)
    }

    @Test func `each rule has its word`() {
        #expect(code { $0.machine = .aarch64 } == "wrong-architecture")
        #expect(code { $0.kind = .executable } == "not-shared-object")
        #expect(code { ($0.exports, $0.needed) = ([], []) } == "not-shared-object")
        #expect(code { $0.exports = ["other"] } == "missing-symbol")
        #expect(code { $0.exports = ["patchbay_connector_v2"] } == "newer-major")
        #expect(code { $0.exports.append("other") } == "extra-symbols")
        #expect(code { $0.needed.append("libpq.so.5") } == "private-dependency")
        #expect(code { $0.rpath = ["$ORIGIN"] } == "run-path")
        #expect(code { $0.runpath = ["/usr/lib"] } == "run-path")
        #expect(code { $0.hasTextRelocations = true } == "text-relocations")
        #expect(code { $0.needsExecutableStack = true } == "executable-stack")
        #expect(code { $0.requiredVersions = [.init(library: "libc.so.6", version: "GLIBC_2.99")] } == "glibc-too-old")
        #expect(code { $0.runpath = ["$ORIGIN", "${ORIGIN}"] } == nil)
    }

    @Test func `the host's Swift runtime is for those that say they share it`() {
        let swift: (inout ELFImage) -> Void = { image in
            image.needed += ["libswiftCore.so", "libswift_Concurrency.so", "libdispatch.so", "libBlocksRuntime.so"]
        }
        #expect(code { swift(&$0) } == "private-dependency")
        #expect(code(.swiftStatic) { swift(&$0) } == "private-dependency")
        #expect(code(.swiftShared) { swift(&$0) } == nil)
        #expect(code(.swiftShared) { $0.needed.append("libFoundation.so") } == "private-dependency")
        #expect(code(.swiftShared) { $0.needed.append("/tmp/libswiftEvil.so") } == "private-dependency")
    }

    @Test func `a run path leads to the host's runtime or nowhere`() {
        #expect(code(.swiftShared) { $0.runpath = ["/swift", "$ORIGIN"] } == nil)
        #expect(code(.swiftShared) { $0.runpath = ["/not/there"] } == nil, "the dynamic linker skips it")
        #expect(code(.swiftShared, existing: ["/tmp"]) { $0.runpath = ["/tmp"] } == "run-path")
        #expect(code(.swiftShared) { $0.runpath = ["relative"] } == "run-path")
        #expect(code(.swiftShared) { $0.runpath = [""] } == "run-path", "empty means the working folder")
        #expect(code(.swiftStatic) { $0.runpath = ["/swift"] } == "run-path")
    }

    @Test func `of many wrong symbols the first few are named`() {
        var image = image
        image.exports += (1...9).map { "extra\($0)" }
        let have = refusal(image)?.have ?? ""
        #expect(have.contains("extra5 and 4 more"))
        #expect(!have.contains("extra6"))
    }

    @Test func `every reason not to read a file is a refusal`() {
        #expect(ELFError.notELF(beginning: "").refusal.have == "an empty file")
        #expect(ELFError.notELF(beginning: "\"x\"").refusal.code == "not-elf")
        #expect(ELFError.truncated("x").refusal.code == "truncated-elf")
        #expect(ELFError.malformed("x").refusal.code == "malformed-elf")
        #expect(ELFError.foreignForm("x").refusal.code == "wrong-architecture")
    }

    @Test func `a machine that is not known takes nothing`() {
        let platform = HostPlatform(
            os: "linux", arch: "riscv64", glibc: GlibcVersion(major: 2, minor: 36), swiftRuntime: nil)
        let rules = LibraryRules(platform: platform, runtime: .none, folderExists: { _ in false })
        #expect(rules.refusal(of: image)?.code == "wrong-architecture")
    }
}

extension ELFImage {
    fileprivate static func forTest() -> ELFImage {
        var image = ELFImage.empty
        image.machine = .x86_64
        image.exports = ["patchbay_connector_v1"]
        image.needed = ["libc.so.6", "libpthread.so.0"]
        return image
    }

    /// A header alone: a shared object without anything in it.
    private static var empty: ELFImage {
        var bytes = [UInt8](repeating: 0, count: 64)
        bytes.replaceSubrange(0..<6, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1])
        (bytes[16], bytes[18]) = (3, 62)
        var image = try! ELFImage(bytes)
        image.needsExecutableStack = false
        return image
    }
}
