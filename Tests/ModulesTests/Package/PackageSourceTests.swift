import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import Testing

@testable import PatchbayModules

/// Where packages come from, and what of a folder goes into one.
@Suite(.timeLimit(.minutes(5))) struct PackageSourceTests {
    private let catalogue = MemoryCatalogue()

    private func installer(_ host: FollowingHost, sources: [String]) throws -> PackageInstaller {
        PackageInstaller(
            store: catalogue, registry: host.registry, data: host.bench.data, clock: SystemTime(),
            outbound: try OutboundClient(policy: EgressPolicy(parsing: "127.0.0.0/8")), sources: sources)
    }

    private func failure(_ installer: PackageInstaller, _ url: String) async -> ConnectorFetchFailure? {
        do {
            _ = try await installer.install(from: url, mayConnect: false, by: "ann")
            return nil
        } catch {
            return error as? ConnectorFetchFailure
        }
    }

    @Test func `packages come from where the operator allows, and from nowhere else`() async throws {
        let server = try LoopbackServer { head in
            let status = head.contains("/gone") ? "404 Not Found" : "200 OK"
            return "HTTP/1.1 \(status)\r\nContent-Length: 13\r\n\r\nnot a package"
        }
        let host = try await FollowingHost("one", catalogue)
        let here = "127.0.0.1:\(server.port)"
        #expect(await failure(try installer(host, sources: []), server.url) == .notAllowed([]))
        let others = try installer(host, sources: ["packages.example"])
        #expect(await failure(others, server.url) == .notAllowed(["packages.example"]))
        #expect(server.heads.isEmpty)
        let allowed = try installer(host, sources: [here])
        #expect(await failure(allowed, "http://\(here)/gone") == .failed("the server answered 404"))
        let closed = try installer(host, sources: ["127.0.0.1:1"])
        if case .failed = await failure(closed, "http://127.0.0.1:1/x") {} else { Issue.record("nobody listens there") }
        // What came is no package.
        await #expect(throws: ConnectorRefusal.self) {
            try await allowed.install(from: server.url, mayConnect: false, by: "ann")
        }
        #expect(try await catalogue.installations().isEmpty)
    }

    @Test func `an installer settles with the host, and nobody's quarantine is lifted where there is none`()
        async throws
    {
        let host = try await FollowingHost("one", catalogue)
        await host.installer.settle()
        #expect(await host.installer.tryAgain(ConnectorPin("fixture@1.0.0")!) == false)
    }

    @Test func `a folder gives a package its manifest, its library and what people read`() async throws {
        let bench = try Workbench()
        let folder = try bench.install(CConnector(manifest: FixtureManifest.declared(version: "1.0.0")))
        for name in ["README.md", "LICENSE", "notes.txt"] {
            try FileSystem.write(Array(name.utf8), to: "\(folder)/\(name)", mode: 0o644)
        }
        let place = PackageFolder(folder)
        #expect(
            try await Set(place.files().map(\.name)) == ["manifest.json", "fixture.so", "README.md", "LICENSE"])
        #expect(try await Set(place.filesForPeople().map(\.name)) == ["README.md", "LICENSE"])
        #expect(place.digest == nil)
        let package = try ConnectorPackage.pack(try await place.files())
        let path = bench.folder.file("fixture.pbc")
        try FileSystem.write(package.bytes, to: path, mode: 0o644)
        let subject = try await CheckSubject(path, scratch: bench.folder.file(""))
        #expect(subject.manifest == package.file("manifest.json"))
        #expect(FileSystem.exists(subject.library))
        let elsewhere = PackageFolder(bench.data + "/connectors/fixture/1.0.0")
        try elsewhere.unpack(package)
        #expect(elsewhere.digest == package.digest)
    }

    @Test func `a folder without a manifest, or that cannot be written, is told`() async throws {
        let bench = try Workbench()
        let missing = await #expect(throws: ConnectorRefusal.self) {
            try await PackageFolder(bench.data).files()
        }
        #expect(missing?.code == "manifest-missing")
        let package = try await fixturePackage("1.0.0")
        let unwritable = #expect(throws: ConnectorRefusal.self) {
            try PackageFolder("/proc/nowhere/fixture/1.0.0").unpack(package)
        }
        #expect(unwritable?.code == "store-failed")
        let gone = await #expect(throws: ConnectorRefusal.self) {
            try await CheckSubject(bench.data + "/no-such.pbc", scratch: bench.data)
        }
        #expect(gone?.code == "library-unreadable")
    }

    @Test func `a report says what passed, and what to do about the rest`() {
        let finding = CheckFinding(check: "output", result: .failed, texts: ["no `id`"], hint: "Give it.")
        let report = CheckReport(name: "acme 1.0.0", seed: 7, findings: [finding])
        #expect(!report.hasPassed)
        #expect(report["output"] == finding && report["load"] == nil)
        #expect(
            report.json == [
                "connector": "acme 1.0.0", "seed": "7", "passed": false,
                "checks": [["check": "output", "result": "failed", "findings": ["no `id`"], "hint": "Give it."]],
            ])
        #expect(CheckReport(name: "", seed: 1, findings: [CheckFinding(check: "a", result: .warning)]).hasPassed)
    }
}
