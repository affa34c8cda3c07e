import ManifestFixture
import PatchbayCore
import PatchbayFederation
import PatchbayJSON
import PatchbayMarketplace
import PatchbayModules
import PatchbaySecurity
import Testing

@Suite(.timeLimit(.minutes(2))) struct TemplateBundleTests {
    private func refusal(_ bytes: [UInt8], limits: PackageLimits = TemplateBundle.limits) -> BundleRefusal.Code? {
        do throws(BundleRefusal) {
            _ = try TemplateBundle.open(bytes, limits: limits)
            return nil
        } catch {
            #expect(!error.have.isEmpty && !error.need.isEmpty && !error.hint.isEmpty)
            return error.code
        }
    }

    /// A bundle's files, to be changed and put together anew.
    private func files(_ key: SigningKey? = nil) throws -> [PackageFile] {
        let bundle = try TemplateBundle.pack(Sample.template(), packages: [Sample.package()], key: key)
        return try PackageArchive().files(in: bundle.bytes)
    }

    private func archive(_ change: (inout [PackageFile]) -> Void) throws -> [UInt8] {
        var files = try files()
        change(&files)
        return try PackageArchive.bytes(of: files)
    }

    private func hostile(_ change: (inout HostileArchive) -> Void) throws -> [UInt8] {
        var archive = HostileArchive()
        for file in try files() { archive.add(file.name, file.bytes) }
        change(&archive)
        return archive.bytes
    }

    @Test func `what is packed is what is opened, with its packages`() throws {
        let (document, package) = (try Sample.template(), try Sample.package())
        let opened = try TemplateBundle.open(try TemplateBundle.pack(document, packages: [package]).bytes)
        #expect(opened.document == document)
        #expect(opened.packages == [PackageFile(name: "acme-1.0.0.pbc", bytes: package.bytes)])
        #expect(opened.fileName == "greeter-1.0.0.pbt")
        #expect(!opened.isSigned)
        try opened.check(.any)
    }

    @Test func `the same template and key give the same bytes`() throws {
        let key = SigningKey()
        #expect(try TemplateBundle.pack(Sample.template()).digest == TemplateBundle.pack(Sample.template()).digest)
        let signed = try TemplateBundle.pack(Sample.template(), packages: [Sample.package()], key: key)
        // Signatures may differ from one time to the next; all that is signed does not.
        let again = try PackageArchive().files(
            in: TemplateBundle.pack(Sample.template(), packages: [Sample.package()], key: key).bytes)
        #expect(
            try PackageArchive().files(in: signed.bytes).filter { $0.name != "bundle.sig" }
                == again.filter { $0.name != "bundle.sig" })
    }

    @Test func `one of the trusted keys must have signed it`() throws {
        let (key, other) = (SigningKey(), SigningKey())
        let keys = [try SignatureKey(base64: other.publicKey), try SignatureKey(base64: key.publicKey)]
        let signed = try TemplateBundle.pack(Sample.template(), key: key)
        try signed.check(.signed(by: keys))
        #expect(signed.signer(among: keys) == keys[1])
        #expect(throws: BundleRefusal.self) { try signed.check(.signed(by: [keys[0]])) }
        do throws(BundleRefusal) {
            try signed.check(.signed(by: [keys[0]]))
        } catch {
            #expect(error.code == .untrusted)
        }
        let unsigned = try TemplateBundle.pack(Sample.template())
        do throws(BundleRefusal) {
            try unsigned.check(.signed(by: keys))
            Issue.record("an unsigned bundle was taken")
        } catch {
            #expect(error.code == .unsigned)
        }
    }

    @Test func `nothing of a signed bundle can be exchanged`() throws {
        let key = SigningKey()
        let other = try PackageArchive().files(in: TemplateBundle.pack(Sample.template("other"), key: key).bytes)
        for name in ["template.json", "bundle.json", "acme-1.0.0.pbc"] {
            var files = try files(key)
            let index = try #require(files.firstIndex { $0.name == name })
            files[index].bytes = other.first { $0.name == name }?.bytes ?? [1, 2, 3]
            #expect(refusal(try PackageArchive.bytes(of: files)) != nil, "\(name)")
        }
        // Another signature does not pass for one over this statement.
        var files = try files(key)
        let index = try #require(files.firstIndex { $0.name == "bundle.sig" })
        files[index] = try #require(other.first { $0.name == "bundle.sig" })
        let bundle = try TemplateBundle.open(try PackageArchive.bytes(of: files))
        #expect(bundle.signer(among: [try SignatureKey(base64: key.publicKey)]) == nil)
    }

    @Test(arguments: ["../evil", "/etc/passwd", "a/b", ".hidden", ""])
    func `names are of files without folders`(name: String) throws {
        #expect(refusal(try hostile { $0.add(name, [1]) }) == .entry)
    }

    @Test(arguments: ["1", "2", "3", "5", "6"] as [Character])
    func `links, devices, folders and pipes are refused`(type: Character) throws {
        #expect(refusal(try hostile { $0.add("other", type: type, link: "template.json") }) == .entry)
    }

    @Test func `names that come twice, and files that nobody signed for, are refused`() throws {
        #expect(refusal(try hostile { $0.add("template.json", [1]) }) == .entry)
        #expect(refusal(try hostile { $0.add("more.pbc", [1]) }) == .entry)
    }

    @Test func `bombs are refused before they are read`() throws {
        let zeros = PackageFile(name: "zeros.pbc", bytes: [UInt8](repeating: 0, count: 64 << 20))
        let bomb = try PackageArchive.bytes(of: [zeros])
        #expect(bomb.count < 64 << 10)
        #expect(refusal(bomb) == .tooLarge)
        #expect(refusal(try hostile { for index in 0...40 { $0.add("p\(index).pbc", [1]) } }) == .tooLarge)
        var limits = TemplateBundle.limits
        limits.size = 100
        #expect(refusal(try archive { _ in }, limits: limits) == .tooLarge)
    }

    @Test func `what is missing or changed is told`() throws {
        #expect(refusal(try archive { $0.removeAll { $0.name == "bundle.json" } }) == .incomplete)
        #expect(refusal(try archive { $0.removeAll { $0.name == "template.json" } }) == .incomplete)
        #expect(refusal(try archive { $0.removeAll { $0.name.hasSuffix(".pbc") } }) == .incomplete)
        #expect(
            refusal(
                try archive { files in
                    for index in files.indices where files[index].name == "template.json" {
                        files[index].bytes.append(32)
                    }
                }) == .digestMismatch)
        #expect(refusal(Array("hello".utf8)) == .malformed)
        #expect(refusal([]) == .malformed)
        #expect(refusal(try Sample.package().bytes) == .incomplete)
    }

    @Test(arguments: [
        ("{", BundleRefusal.Code.malformed), ("{}", .malformed),
        (#"{"kind": "patchbay-template-bundle", "format": 2}"#, .newer),
        (#"{"kind": "patchbay-template-bundle", "format": 1, "name": "x", "version": "1.0.0"}"#, .malformed),
        (
            #"{"kind": "patchbay-template-bundle", "format": 1, "name": "x", "version": "1.0.0", "files": [1]}"#,
            .malformed
        ),
        (
            #"{"kind": "patchbay-template-bundle", "format": 1, "name": "x", "version": "1.0.0", "files": []}"#,
            .entry
        ),
    ])
    func `a statement that is none is refused`(text: String, code: BundleRefusal.Code) throws {
        #expect(
            refusal(
                try archive { files in
                    for index in files.indices where files[index].name == "bundle.json" {
                        files[index].bytes = Array(text.utf8)
                    }
                }) == code)
    }

    @Test func `cut anywhere it is refused`() throws {
        let whole = try archive { _ in }
        for length in stride(from: 0, to: whole.count, by: 11) {
            #expect(refusal(Array(whole.prefix(length))) != nil, "\(length) of \(whole.count)")
        }
    }
}
