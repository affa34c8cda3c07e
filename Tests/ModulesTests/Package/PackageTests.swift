import ManifestFixture
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing

@testable import PatchbayModules

@Suite(.timeLimit(.minutes(2))) struct PackageTests {
    private let library = Array("not really a library".utf8)

    private func manifest(_ change: (inout JSONObject) -> Void = { _ in }) -> [UInt8] {
        var document = FixtureManifest.declared().object ?? [:]
        document["platform"] = ["os": "linux", "arch": "x86_64"]
        document["library"] = [
            "file": "fixture.so", "sha256": .string(Digest.sha256Hex(library)), "size": .int(Int64(library.count)),
        ]
        change(&document)
        return JSON.object(document).bytes()
    }

    private var files: [PackageFile] {
        [
            PackageFile(name: "manifest.json", bytes: manifest()), PackageFile(name: "fixture.so", bytes: library),
            PackageFile(name: "README.md", bytes: Array("# Fixture".utf8)),
        ]
    }

    private func refusal(_ bytes: [UInt8], limits: PackageLimits = PackageLimits()) -> String? {
        do throws(ConnectorRefusal) {
            _ = try ConnectorPackage.open(bytes, limits: limits)
            return nil
        } catch {
            #expect(!error.have.isEmpty && !error.need.isEmpty && !error.hint.isEmpty)
            return error.code
        }
    }

    private func archive(_ change: (inout HostileArchive) -> Void) -> [UInt8] {
        var archive = HostileArchive()
        for file in files { archive.add(file.name, file.bytes) }
        change(&archive)
        return archive.bytes
    }

    @Test func `what is packed is what is opened`() throws {
        let packed = try ConnectorPackage.pack(files)
        let opened = try ConnectorPackage.open(packed.bytes)
        #expect(opened.files == files.sorted { $0.name < $1.name })
        #expect(opened.digest == Digest.sha256Hex(packed.bytes))
        #expect(opened.label == "fixture 1.0.0")
        #expect(opened.fileName == "fixture-1.0.0.pbc")
        #expect(!opened.isSigned)
    }

    @Test func `the same files make the same package, in whatever order they come`() throws {
        #expect(try ConnectorPackage.pack(files).digest == ConnectorPackage.pack(files.reversed()).digest)
    }

    @Test func `gzip is read too`() throws {
        #expect(try ConnectorPackage.open(archive { _ in }).files.count == 3)
    }

    @Test func `a signature is over the manifest, and takes the place of another`() throws {
        let key = SigningKey()
        let trusted = try SignatureKey(base64: key.publicKey)
        let signed = try ConnectorPackage.pack(files).signed(by: SigningKey()).signed(by: key)
        let text = try #require(signed.file("manifest.sig"))
        let signature = String(decoding: text, as: UTF8.self).filter { !$0.isWhitespace }
        #expect(trusted.hasSigned(manifest(), signature: signature))
        #expect(!trusted.hasSigned(manifest() + [32], signature: signature))
        #expect(signed.files.count == 4)
    }

    @Test(arguments: ["../evil", "/etc/passwd", "a/b", ".hidden", "name with spaces", "new\nline", "ümlaut", "", "a/"])
    func `names are of files without folders`(name: String) {
        #expect(refusal(archive { $0.add(name, [1]) }) == "package-entry")
    }

    @Test(arguments: ["1", "2", "3", "4", "5", "6"] as [Character])
    func `links, devices, folders and pipes are refused`(type: Character) {
        #expect(refusal(archive { $0.add("other", type: type, link: "manifest.json") }) == "package-entry")
    }

    @Test func `a name that comes twice is refused`() {
        #expect(refusal(archive { $0.add("README.md", [1]) }) == "package-entry")
    }

    @Test func `too many files are refused`() {
        #expect(refusal(archive { for index in 0...40 { $0.add("file\(index)", [1]) } }) == "package-too-large")
    }

    @Test func `a package above the limit is not even expanded`() {
        var limits = PackageLimits()
        limits.size = 100
        #expect(refusal(archive { _ in }, limits: limits) == "package-too-large")
    }

    @Test func `a small package that expands to much is refused`() throws {
        let bomb = try PackageArchive.bytes(of: [
            PackageFile(name: "zeros", bytes: [UInt8](repeating: 0, count: 64 << 20))
        ])
        #expect(bomb.count < 64 << 10)
        #expect(refusal(bomb) == "package-too-large")
        var limits = PackageLimits()
        limits.expanded = 1 << 20
        let large = archive { $0.add("zeros", [UInt8](repeating: 0, count: 2 << 20)) }
        #expect(refusal(large, limits: limits) == "package-too-large")
    }

    @Test func `a large file that nobody needs is refused`() {
        var limits = PackageLimits()
        limits.attachment = 1_000
        #expect(
            refusal(archive { $0.add("LICENSE", [UInt8](repeating: 65, count: 1_001)) }, limits: limits)
                == "package-too-large")
    }

    @Test func `nothing stands behind the end`() {
        var hostile = HostileArchive()
        for file in files { hostile.add(file.name, file.bytes) }
        let end = [UInt8](repeating: 0, count: 1_024)
        #expect(refusal(hostile.bytes + [1, 2, 3]) == "package-malformed")
        #expect(refusal(HostileArchive.gzip(hostile.tar + end + [0, 0, 7])) == "package-malformed")
        #expect(refusal(HostileArchive.gzip(hostile.tar + end + end)) == nil)
    }

    @Test func `what is compressed twice is refused`() {
        #expect(refusal(HostileArchive.gzip(archive { _ in })) == "package-malformed")
    }

    @Test(arguments: [[], [0], [0x1F, 0x8B], Array("PK\u{3}\u{4}".utf8), Array("hello".utf8)] as [[UInt8]])
    func `what is no archive is refused`(bytes: [UInt8]) {
        #expect(refusal(bytes) == "package-malformed")
    }

    @Test func `a file that says more than it has is refused`() {
        #expect(refusal(archive { $0.add("zz", [1], size: 1 << 30) }) == "package-malformed")
        #expect(refusal(archive { $0.add("zz", [1], size: 5_000) }) == "package-malformed")
    }

    @Test func `manifest and library must be there and fit each other`() throws {
        #expect(refusal(HostileArchive().bytes) == "package-incomplete")
        var lonely = HostileArchive()
        lonely.add("manifest.json", manifest())
        #expect(refusal(lonely.bytes) == "package-incomplete")
        lonely.add("fixture.so", [1, 2, 3])
        #expect(refusal(lonely.bytes) == "digest-mismatch")
        var broken = HostileArchive()
        broken.add("manifest.json", Array("{".utf8))
        #expect(refusal(broken.bytes) == "manifest-unreadable")
        var wrong = HostileArchive()
        wrong.add("manifest.json", manifest { $0["id"] = "../x" })
        #expect(refusal(wrong.bytes) == "manifest-invalid")
    }

    @Test func `cut anywhere it is refused`() throws {
        for whole in [archive { _ in }, try ConnectorPackage.pack(files).bytes] {
            for length in stride(from: 0, to: whole.count, by: 7) {
                #expect(refusal(Array(whole.prefix(length))) != nil, "\(length) of \(whole.count)")
            }
        }
    }

    @Test func `damaged in any way it is refused or harmless`() throws {
        var random = Chance(state: 7)
        for whole in [archive { _ in }, try ConnectorPackage.pack(files).bytes] {
            for _ in 0..<1_500 {
                var bytes = whole
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                if let package = try? ConnectorPackage.open(bytes) { #expect(package.manifest.id == "fixture") }
            }
        }
    }

    @Test func `damaged headers behind a good checksum are refused or harmless`() throws {
        var random = Chance(state: 11)
        var hostile = HostileArchive()
        for file in files { hostile.add(file.name, file.bytes) }
        for _ in 0..<1_500 {
            var tar = hostile.tar
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let block = Int.random(in: 0..<tar.count / 512, using: &random)
                tar[block * 512 + Int.random(in: 0..<512, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try? ConnectorPackage.open(HostileArchive.gzip(tar + [UInt8](repeating: 0, count: 1_024)))
        }
    }
}

/// Xorshift: the same numbers in every run.
private struct Chance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
