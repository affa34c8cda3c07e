import Crypto
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing

@testable import PatchbayModules

/// Real libraries, each bad in one way, through the whole load order.
@Suite(.timeLimit(.minutes(5))) struct RefusalTests {
    private let bench: Workbench

    init() throws { bench = try Workbench(probeLimit: .seconds(3)) }

    private func refusal(
        trust: TrustPolicy = .any, platform: HostPlatform = .current, prober: Prober? = nil
    ) async throws -> ConnectorRefusal {
        let registry = await bench.registry(trust: trust, platform: platform, prober: prober)
        let version = try #require(Version("1.0.0"))
        do {
            _ = try await registry.module("fixture", version)
        } catch {
            #expect(registry.listings().first?.refusal == error, "it is listed with its reason")
            #expect(registry.listings().first?.state == .refused)
            let reference = OperationReference(connector: "fixture", version: version, operation: "echo")
            #expect(registry.operation(reference) == .failure(.refused(reason: error.description)))
            #expect(registry.versions(of: "fixture").isEmpty)
            #expect(!error.have.isEmpty && !error.need.isEmpty && error.hint.hasSuffix("."))
            return error
        }
        throw Missing(what: "a refusal")
    }

    private func code(
        _ connector: CConnector = CConnector(), trust: TrustPolicy = .any, platform: HostPlatform = .current,
        change: (inout JSONObject) -> Void = { _ in }, damage: (inout [UInt8]) -> Void = { _ in }
    ) async throws -> String {
        try bench.install(connector, change: change, damage: damage)
        return try await refusal(trust: trust, platform: platform).code
    }

    // MARK: The manifest

    @Test func `a folder without a manifest`() async throws {
        try FileSystem.createFolder("\(bench.plugins)/fixture/1.0.0")
        #expect(try await refusal().code == "manifest-missing")
    }

    @Test func `a manifest that is no JSON, with the place`() async throws {
        let home = try bench.install()
        try FileSystem.write(Array("{\n  \"id\": fixture\n}".utf8), to: home + "/manifest.json", mode: 0o644)
        let refusal = try await self.refusal()
        #expect(refusal.code == "manifest-unreadable")
        #expect(refusal.have.contains("line 2, column"))
    }

    @Test func `a manifest that is a folder or too large`() async throws {
        try FileSystem.createFolder("\(bench.plugins)/fixture/1.0.0/manifest.json")
        #expect(try await refusal().code == "manifest-unreadable")
        FileSystem.removeFolder("\(bench.plugins)/fixture/1.0.0/manifest.json")
        let large = [UInt8](repeating: 0x20, count: Manifest.largest + 1)
        try FileSystem.write(large, to: "\(bench.plugins)/fixture/1.0.0/manifest.json", mode: 0o644)
        #expect(try await refusal().code == "manifest-unreadable")
    }

    @Test func `a manifest with problems, all of them told`() async throws {
        try bench.install {
            $0["name"] = 7
            $0["limits"] = nil
        }
        let refusal = try await self.refusal()
        #expect(refusal.code == "manifest-invalid")
        #expect(refusal.have.contains("/name: is 7") && refusal.have.contains("/limits: is missing"))
    }

    @Test func `a manifest with more problems than anybody reads`() async throws {
        try bench.install { $0["operations"] = .array((0..<50).map { .int($0) }) }
        #expect(try await refusal().have.hasSuffix("and 30 more"))
    }

    @Test func `a manifest in another's folder`() async throws {
        #expect(try await code { $0["version"] = "1.0.1" } == "folder-mismatch")
    }

    @Test func `a folder that is no version is listed too`() async throws {
        let home = try bench.install()
        try FileSystem.createFolder("\(bench.plugins)/fixture/latest")
        let bytes = try FileSystem.read(home + "/manifest.json", atMost: 1 << 20)
        try FileSystem.write(bytes, to: "\(bench.plugins)/fixture/latest/manifest.json", mode: 0o644)
        let registry = await bench.registry()
        #expect(registry.listings().map(\.version) == ["1.0.0", "latest"])
        #expect(registry.listings().last?.refusal?.code == "folder-mismatch")
        #expect(registry.versions(of: "fixture").count == 1)
    }

    @Test func `another system or machine`() async throws {
        #expect(try await code { $0["platform"] = ["os": "linux", "arch": "vax"] } == "platform-mismatch")
    }

    @Test func `a newer glibc`() async throws {
        let arch = HostPlatform.current.arch
        try bench.install { $0["platform"] = ["os": "linux", "arch": .string(arch), "least_glibc": "2.999"] }
        let refusal = try await self.refusal()
        #expect(refusal.code == "glibc-too-old")
        #expect(refusal.have == "glibc \(HostPlatform.current.glibc)" && refusal.need == "glibc 2.999")
    }

    @Test func `a newer glibc that only the library knows of`() async throws {
        let old = HostPlatform(
            os: "linux", arch: HostPlatform.current.arch, glibc: GlibcVersion(major: 2, minor: 3), swiftRuntime: nil)
        #expect(
            try await code(platform: old) { $0["platform"] = ["os": "linux", "arch": .string(old.arch)] }
                == "glibc-too-old")
    }

    @Test(arguments: [2, 7]) func `another major of the ABI`(major: Int64) async throws {
        try bench.install { $0["abi"] = ["major": .int(major), "least_minor": 3] }
        let refusal = try await self.refusal()
        #expect(refusal.code == "abi-major")
        #expect(refusal.have == "ABI 1.0" && refusal.need == "ABI \(major).3")
    }

    @Test func `a newer minor of the ABI`() async throws {
        #expect(try await code { $0["abi"] = ["major": 1, "least_minor": 9] } == "abi-minor")
    }

    @Test func `a newer minor that only the library knows of`() async throws {
        #expect(try await code(CConnector(defines: ["LEAST_MINOR=9"])) == "abi-minor")
    }

    // MARK: Signatures

    @Test func `signatures count when the policy wants them`() async throws {
        let home = try bench.install()
        let key = Curve25519.Signing.PrivateKey()
        let trust = TrustPolicy.signed(by: [
            try SignatureKey(base64: Base64.encode(key.publicKey.rawRepresentation))
        ])
        #expect(try await refusal(trust: trust).code == "signature-missing")

        let manifest = try FileSystem.read(home + "/manifest.json", atMost: 1 << 20)
        func sign(_ key: Curve25519.Signing.PrivateKey) throws {
            let text = Base64.encode(Array(try key.signature(for: manifest))) + "\n"
            try FileSystem.write(Array(text.utf8), to: home + "/manifest.sig", mode: 0o644)
        }
        try sign(Curve25519.Signing.PrivateKey())
        #expect(try await refusal(trust: trust).code == "signature-invalid")
        try FileSystem.write(Array("no base 64!".utf8), to: home + "/manifest.sig", mode: 0o644)
        #expect(try await refusal(trust: trust).code == "signature-invalid")

        try sign(key)
        let registry = await bench.registry(trust: trust)
        _ = try await registry.module("fixture", #require(Version("1.0.0")))
        await registry.close()

        try FileSystem.write(manifest + [0x0A], to: home + "/manifest.json", mode: 0o644)
        #expect(try await refusal(trust: trust).code == "signature-invalid")
    }

    // MARK: The library's bytes

    @Test func `no library`() async throws {
        #expect(try await code { $0["library"] = $0.changed("library", "file", "gone.so") } == "library-missing")
    }

    @Test func `a library that cannot be read`() async throws {
        let home = try bench.install()
        try FileSystem.createFolder(home + "/folder.so")
        var manifest = try #require(JSON(parsing: FileSystem.read(home + "/manifest.json", atMost: 1 << 20)).object)
        manifest["library"] = manifest.changed("library", "file", "folder.so")
        try FileSystem.write(JSON.object(manifest).bytes(), to: home + "/manifest.json", mode: 0o644)
        #expect(try await refusal().code == "library-unreadable")
    }

    @Test func `a library that is not the one the manifest was made for`() async throws {
        let home = try bench.install()
        var bytes = try FileSystem.read(home + "/fixture.so", atMost: 1 << 30)
        bytes[bytes.count - 1] ^= 1
        try FileSystem.write(bytes, to: home + "/fixture.so", mode: 0o644)
        let refusal = try await self.refusal()
        #expect(refusal.code == "digest-mismatch")
        #expect(refusal.have.contains(Digest.sha256Hex(bytes)))
    }

    @Test func `a text with the name of a library`() async throws {
        try bench.install(Array("#!/bin/sh\necho\n".utf8), declared: FixtureManifest.declared())
        let refusal = try await self.refusal()
        #expect(refusal.code == "not-elf")
        #expect(refusal.have.contains("#!/bin/sh"))
    }

    @Test func `half a library`() async throws {
        #expect(try await code(damage: { $0.removeLast($0.count / 2) }) == "truncated-elf")
    }

    @Test func `a library for another machine`() async throws {
        #expect(try await code(damage: { $0[18] = 243 }) == "wrong-architecture")
    }

    @Test func `a library that contradicts itself`() async throws {
        #expect(try await code(damage: { $0[54] = 57 }) == "malformed-elf")
    }

    @Test func `no shared object`() async throws {
        #expect(try await code(damage: { $0[16] = 2 }) == "not-shared-object")
    }

    @Test func `no entry`() async throws {
        #expect(try await code(CConnector(defines: ["NO_ENTRY"], usesVersionScript: false)) == "missing-symbol")
    }

    @Test func `more symbols than the entry`() async throws {
        try bench.install(CConnector(defines: ["EXTRA_SYMBOL"], usesVersionScript: false))
        let refusal = try await self.refusal()
        #expect(refusal.code == "extra-symbols")
        #expect(refusal.have.contains("extra_symbol"))
    }

    @Test func `a newer major alone`() async throws {
        #expect(try await code(CConnector(defines: ["NEWER_MAJOR"], usesVersionScript: false)) == "newer-major")
    }

    @Test func `a private dependency`() async throws {
        let flags = ["-Wl,--no-as-needed", "-lresolv"]
        try bench.install(CConnector(linkerFlags: flags))
        let refusal = try await self.refusal()
        #expect(refusal.code == "private-dependency")
        #expect(refusal.have.contains("libresolv.so.2"))
    }

    @Test func `a run path`() async throws {
        #expect(try await code(CConnector(linkerFlags: ["-Wl,-rpath,/tmp"])) == "run-path")
    }

    @Test func `an executable stack`() async throws {
        #expect(try await code(CConnector(linkerFlags: ["-Wl,-z,execstack"])) == "executable-stack")
    }

    // MARK: A trial in a child

    @Test func `a crash when it is opened`() async throws {
        try bench.install(CConnector(defines: ["CRASH_WHEN_OPENED"]))
        let refusal = try await self.refusal()
        #expect(refusal.code == "probe-crashed")
        #expect(refusal.have.contains("SIGSEGV"))
    }

    @Test func `a crash in its entry`() async throws {
        #expect(try await code(CConnector(defines: ["CRASH_IN_ENTRY"])) == "probe-crashed")
    }

    @Test func `an exit in its entry`() async throws {
        try bench.install(CConnector(defines: ["EXIT_IN_ENTRY"]))
        let refusal = try await self.refusal()
        #expect(refusal.code == "probe-crashed")
        #expect(refusal.have.contains("exit code 3") && refusal.have.contains("last words"))
    }

    @Test func `an entry that hangs, with a child that holds the pipes`() async throws {
        let prober = Prober(runner: try BuildFolder.runner, timeLimit: .milliseconds(500))
        try bench.install(CConnector(defines: ["HANG_IN_ENTRY"]))
        #expect(try await refusal(prober: prober).code == "probe-timeout")
    }

    @Test func `a refusal in its own words`() async throws {
        try bench.install(CConnector(defines: ["REFUSE"]))
        let refusal = try await self.refusal()
        #expect(refusal.code == "probe-refused")
        #expect(refusal.have.contains("needs ABI 1.7, this host has 1.0"))
    }

    @Test(arguments: ["START_FAILS", "SMALL_MODULE", "NO_CANCEL", "NEVER_DRAINS", "BAD_MANIFEST"])
    func `a trial that ends early`(define: String) async throws {
        #expect(try await code(CConnector(defines: [define])) == "probe-refused")
    }

    @Test func `no runner`() async throws {
        try bench.install()
        let refusal = try await refusal(prober: Prober(runner: "/nowhere/patchbay-runner"))
        #expect(refusal.code == "probe-unavailable")
        #expect(refusal.have.contains("/nowhere/patchbay-runner"))
    }

    @Test func `a library that needs what is not there`() async throws {
        let source = bench.folder.file("undefined.c")
        let text =
            "int nowhere(void);\n__attribute__((visibility(\"default\"))) int patchbay_connector_v1(void) { return nowhere(); }\n"
        try FileSystem.write(Array(text.utf8), to: source, mode: 0o644)
        let library = bench.folder.file("undefined.so")
        try Compiler.run([
            "-shared", "-fPIC", "-Wl,--version-script=\(BuildFolder.versionScript)", source, "-o", library, "-lc",
        ])
        try bench.install(FileSystem.read(library, atMost: 1 << 30), declared: FixtureManifest.declared())
        let refusal = try await self.refusal()
        #expect(refusal.code == "open-failed")
        #expect(refusal.have.contains("nowhere"))
    }

    // MARK: In the host

    @Test(arguments: ["REFUSE_IN_HOST", "REFUSE_SILENTLY_IN_HOST"])
    func `an entry that refuses this host`(define: String) async throws {
        #expect(try await code(CConnector(defines: [define])) == "entry-refused")
    }

    @Test func `a start that refuses this host`() async throws {
        #expect(try await code(CConnector(defines: ["START_FAILS_IN_HOST"])) == "start-failed")
    }

    @Test func `a start that hangs in this host`() async throws {
        try bench.install(CConnector(defines: ["START_HANGS_IN_HOST"]))
        let refusal = try await self.refusal()
        #expect(refusal.code == "start-failed")
        #expect(refusal.have == "a start that did not return")
    }

    @Test func `a library that says it is another`() async throws {
        var connector = CConnector()
        connector.manifest = FixtureManifest.declared(id: "other")
        let bytes = try FileSystem.read(connector.build(in: bench.folder), atMost: 1 << 30)
        try bench.install(bytes, declared: FixtureManifest.declared())
        #expect(try await refusal().code == "id-mismatch")
    }

    @Test func `a library that says in the host that it is another`() async throws {
        #expect(try await code(CConnector(defines: ["OTHER_IN_HOST"])) == "id-mismatch")
    }

    @Test func `a library of another version`() async throws {
        var connector = CConnector()
        connector.manifest = FixtureManifest.declared(version: "1.0.1")
        let bytes = try FileSystem.read(connector.build(in: bench.folder), atMost: 1 << 30)
        try bench.install(bytes, declared: FixtureManifest.declared())
        #expect(try await refusal().code == "version-mismatch")
    }

    @Test func `a manifest that somebody has edited, with the place and both values`() async throws {
        try bench.install { $0["permissions"] = $0.changed("permissions", "hosts", ["*"]) }
        let refusal = try await self.refusal()
        #expect(refusal.code == "manifest-mismatch")
        #expect(refusal.have == "the library says nothing at /permissions/hosts/0")
        #expect(refusal.need == "\"*\", as manifest.json says")
    }

    @Test func `a data folder that cannot be written to`() async throws {
        try bench.install()
        try FileSystem.write([], to: bench.data, mode: 0o644)
        #expect(try await refusal().code == "store-failed")
    }

    @Test func `all words are distinct and in use`() {
        let words = RefusalCode.allCases.map(\.rawValue)
        #expect(Set(words).count == words.count)
        #expect(words.allSatisfy { ManifestName.connector.accept($0) != nil })
    }
}

extension JSONObject {
    /// A member that is an object, with one of its members replaced.
    func changed(_ name: String, _ member: String, _ value: JSON) -> JSON {
        var object = self[name]?.object ?? [:]
        object[member] = value
        return .object(object)
    }
}
