import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing

@testable import PatchbayModules

/// Packages of strangers, before anybody has looked at them.
@Suite(.timeLimit(.minutes(5))) struct PackageExaminerTests {
    private let bench: Workbench
    private let key = SigningKey()

    init() throws { bench = try Workbench() }

    private func wellBehaved() async throws -> ConnectorPackage {
        let staged = try await Staging(prober: bench.prober).stage(
            library: WellBehavedConnector.build(in: bench.folder), into: bench.folder.file("staged"))
        return try .pack(try await PackageFolder(staged.folder).files())
    }

    private func hostile(_ name: String) async throws -> ConnectorPackage {
        let other = try Workbench()
        let folder = try other.install(HostileConnector.named(name))
        return try .pack(try await PackageFolder(folder).files())
    }

    private func examiner(
        _ trust: TrustPolicy = .any, patience: Duration = .seconds(120)
    ) async -> RegistryPackageExaminer {
        RegistryPackageExaminer(
            registry: await bench.registry(trust: trust), data: bench.data, patience: patience)
    }

    private func refusal(
        _ package: ConnectorPackage, signer: String?, _ trust: TrustPolicy = .any
    ) async throws -> String? {
        do {
            _ = try await examiner(trust).examine(package.bytes, signer: signer)
            return nil
        } catch let refusal as ConnectorRefusal {
            return refusal.code
        }
    }

    @Test func `a good package passes every check that is made of strangers, and leaves nothing behind`() async throws {
        let package = try await wellBehaved().signed(by: key)
        let found = try await examiner().examine(package.bytes, signer: key.publicKey)
        #expect(found.pin.description == "well-behaved@1.0.0")
        #expect(found.digest == package.digest && found.size == package.bytes.count)
        #expect(found.signer == key.publicKey && found.hasPassed, "\(found.report.text)")
        let checks = found.report["checks"]?.array ?? []
        let skipped = checks.filter { $0["result"] == "skipped" }.compactMap { $0["check"]?.string }
        #expect(skipped == ["older-host", "restarts", "two-images", "secrets"])
        #expect(checks.count == CheckDescription.all.count)
        #expect(FileSystem.names(in: bench.data + "/incoming") == [])
        #expect(await bench.registry().listings().isEmpty)
    }

    @Test(arguments: ["null-write", "opens-sockets", "spawns-processes", "wanders"])
    func `a fault is in the report`(name: String) async throws {
        let package = try await hostile(name).signed(by: key)
        let found = try await examiner().examine(package.bytes, signer: key.publicKey)
        #expect(!found.hasPassed)
        let bad = found.report["checks"]?.array?.contains { ["failed", "crashed"].contains($0["result"]?.string) }
        #expect(bad == true)
    }

    @Test func `what has no time left has failed`() async throws {
        let package = try await wellBehaved().signed(by: key)
        let found = try await examiner(patience: .zero).examine(package.bytes, signer: key.publicKey)
        #expect(!found.hasPassed)
        let cancel = found.report["checks"]?.array?.first { $0["check"] == "cancel" }
        #expect(cancel?["findings"]?[0]?.string?.contains("no time left") == true)
    }

    @Test func `a package is signed, by the key that is named or by one that is trusted`() async throws {
        let package = try await wellBehaved()
        let signed = try package.signed(by: key)
        let trusted = TrustPolicy.signed(by: [try SignatureKey(base64: key.publicKey)])
        #expect(try await refusal(package, signer: key.publicKey) == "signature-missing")
        #expect(try await refusal(signed, signer: nil) == "signature-missing")
        #expect(try await refusal(signed, signer: "nonsense") == "signature-invalid")
        #expect(try await refusal(signed, signer: SigningKey().publicKey) == "signature-invalid")
        let stranger = SigningKey()
        #expect(try await refusal(package.signed(by: stranger), signer: nil, trusted) == "signature-invalid")
        #expect(
            try await refusal(package.signed(by: stranger), signer: stranger.publicKey, trusted)
                == "signature-invalid")
        #expect(try await examiner(trusted).examine(signed.bytes, signer: nil).signer == key.publicKey)
        #expect(await examiner(trusted).trusts(key.publicKey))
        #expect(await examiner(trusted).trusts(stranger.publicKey) == false)
        #expect(await examiner().trusts(stranger.publicKey))
    }

    @Test func `one package is examined at a time`() async throws {
        let package = try await wellBehaved().signed(by: key)
        let examiner = await examiner()
        let name = key.publicKey
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    do {
                        _ = try await examiner.examine(package.bytes, signer: name)
                        return true
                    } catch {
                        return !(error is ExaminationBusy)
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect((1...3).contains(outcomes))
        // It is free again.
        _ = try await examiner.examine(package.bytes, signer: name)
    }

    @Test func `an archive that is none is refused before anything of it is run`() async throws {
        do {
            _ = try await examiner().examine(Array("nonsense".utf8), signer: key.publicKey)
            Issue.record("it was taken")
        } catch let refusal as ConnectorRefusal {
            #expect(refusal.code == "package-malformed")
        }
    }
}
