import Testing

@testable import PatchbayModules

@Suite struct ELFImageTests {
    private let folder: TemporaryFolder
    private let bytes: [UInt8]

    init() throws {
        folder = try TemporaryFolder()
        bytes = try FileSystem.read(CConnector().build(in: folder), atMost: 1 << 30)
    }

    @Test func `a connector's library is read as the dynamic linker sees it`() throws {
        let image = try ELFImage(bytes)
        #expect(image.machine == HostPlatform.current.machine)
        #expect(image.kind == .sharedObject)
        #expect(image.exports == ["patchbay_connector_v1"])
        #expect(image.needed.contains("libc.so.6"))
        #expect(image.rpath.isEmpty && image.runpath.isEmpty)
        #expect(!image.hasTextRelocations && !image.needsExecutableStack)
        #expect(image.leastGlibc != nil)
        #expect(image.requiredVersions.allSatisfy { $0.version.hasPrefix("GLIBC_") })
    }

    @Test func `the old hash table is read like the new one`() throws {
        let path = try CConnector(linkerFlags: ["-Wl,--hash-style=sysv"]).build(in: folder, as: "sysv.so")
        #expect(try ELFImage(FileSystem.read(path, atMost: 1 << 30)).exports == ["patchbay_connector_v1"])
    }

    @Test func `run paths of both kinds are told apart`() throws {
        var connector = CConnector(linkerFlags: ["-Wl,-rpath,/a:$ORIGIN", "-Wl,--enable-new-dtags"])
        var image = try ELFImage(FileSystem.read(connector.build(in: folder, as: "new.so"), atMost: 1 << 30))
        #expect(image.runpath == ["/a", "$ORIGIN"])
        connector.linkerFlags = ["-Wl,-rpath,/a", "-Wl,--disable-new-dtags"]
        image = try ELFImage(FileSystem.read(connector.build(in: folder, as: "old.so"), atMost: 1 << 30))
        #expect(image.rpath == ["/a"])
    }

    @Test func `executables and object files are recognised`() throws {
        #expect(throws: Never.self) { try ELFImage(FileSystem.read("/bin/sh", atMost: 1 << 30)) }
        let object = folder.file("empty.o")
        let source = folder.file("empty.c")
        try FileSystem.write(Array("int x;\n".utf8), to: source, mode: 0o644)
        try Compiler.run(["-c", source, "-o", object])
        let image = try ELFImage(FileSystem.read(object, atMost: 1 << 30))
        #expect(image.kind == .relocatable)
        #expect(image.exports.isEmpty)
        #expect(image.kind.description == "an object file that was not linked")
    }

    @Test(arguments: [
        ("", ""), ("#!/bin/sh\n", "\"#!/bin/sh\\n\""),
    ]) func `a text is no library`(text: String, beginning: String) {
        #expect(throws: ELFError.notELF(beginning: beginning)) { try ELFImage(Array(text.utf8)) }
    }

    @Test func `other widths and byte orders are foreign`() {
        var narrow = bytes
        narrow[4] = 1
        #expect(throws: ELFError.foreignForm("32 bits wide")) { try ELFImage(narrow) }
        var reversed = bytes
        reversed[5] = 2
        #expect(throws: ELFError.foreignForm("most significant byte first")) { try ELFImage(reversed) }
    }

    @Test func `wherever the file breaks off, that is noticed`() {
        for count in stride(from: 4, to: bytes.count - 1, by: 61) {
            #expect(throws: ELFError.self, "\(count)") { try ELFImage(Array(bytes[..<count])) }
        }
        #expect(throws: ELFError.self) { try ELFImage(Array(bytes.dropLast())) }
    }

    /// Every byte of the headers, tables and names takes every kind of value; nothing may trap or take long.
    @Test func `no damage of any byte does harm`() {
        var generator = SeededGenerator(state: 42)
        for _ in 0..<4_000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                // The interesting parts stand at the front; the rest is code.
                let place = Int.random(in: 0..<min(damaged.count, 4_096), using: &generator)
                damaged[place] = [0, 1, 0x7F, 0x80, 0xFF, .random(in: 0...255, using: &generator)].randomElement(
                    using: &generator)!
            }
            _ = try? ELFImage(damaged)
        }
    }

    @Test func `machines and kinds that nobody knows have names too`() {
        #expect(ELFImage.Machine(243).description == "machine 243")
        #expect(ELFImage.Kind(4).description == "an ELF file of type 4")
        #expect(ELFImage.Kind(2).description == "an executable")
        #expect(ELFImage.Kind(3).description == "a shared object")
        #expect(ELFImage.Machine(183).description == "aarch64")
        #expect(ELFImage.Machine(62).description == "x86_64")
    }

    @Test func `packed relocations need their glibc`() throws {
        var image = try ELFImage(bytes)
        image.requiredVersions = [
            .init(library: "libc.so.6", version: "GLIBC_2.2.5"),
            .init(library: "libc.so.6", version: "GLIBC_ABI_DT_RELR"),
            .init(library: "libgcc_s.so.1", version: "GCC_3.0"), .init(library: "libc.so.6", version: "GLIBC_PRIVATE"),
        ]
        #expect(image.leastGlibc == GlibcVersion(major: 2, minor: 36))
        image.requiredVersions = []
        #expect(image.leastGlibc == nil)
    }
}

/// The same numbers in every run (xorshift64*).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
