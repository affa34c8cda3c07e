import Glibc
import Logging
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Synchronization
import Testing

@testable import PatchbayModules

@Suite(.timeLimit(.minutes(5))) struct CatalogueFollowerTests {
    private let catalogue = MemoryCatalogue()

    private func pin(_ version: String) -> ConnectorPin { ConnectorPin("fixture@\(version)")! }

    @Test func `what one host takes, every host has and has opened`() async throws {
        let (one, two) = (try await FollowingHost("one", catalogue), try await FollowingHost("two", catalogue))
        let outcome = try await one.installer.install(
            try await fixturePackage("1.0.0").bytes, mayConnect: false, by: "ann")
        guard case .installed = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(one.state("1.0.0") == .loaded)
        #expect(two.state("1.0.0") == nil)
        await two.follower.catchUp()
        #expect(two.state("1.0.0") == .loaded)
        #expect(two.offered() == ["1.0.0"])
        #expect(catalogue.report(of: "two").map(\.state) == [.loaded])
        let output = try await two.bench.invoker(two.registry).invoke(.fixture("echo", ["n": 1])).output
        #expect(output["input"]?["n"] == 1 || output["n"] == 1, "\(output)")
        // Looking again fetches nothing.
        let fetches = catalogue.fetches
        await two.follower.catchUp()
        #expect(catalogue.fetches == fetches)
    }

    @Test func `what is disabled is there for those who name it`() async throws {
        let host = try await FollowingHost("one", catalogue)
        for version in ["1.0.0", "1.1.0"] {
            _ = try await host.installer.install(try await fixturePackage(version).bytes, mayConnect: false, by: "ann")
        }
        #expect(host.offered() == ["1.1.0", "1.0.0"])
        _ = try await catalogue.set(.disabled, of: pin("1.1.0"), by: "ann", at: SystemTime().now)
        await host.follower.catchUp()
        #expect(host.offered() == ["1.0.0"])
        #expect(host.registry.manifest(of: "fixture", version: Version("1.1.0")!) != nil)
        _ = try await host.registry.module("fixture", Version("1.1.0")!)
    }

    @Test func `what retires leaves when nobody needs it, with its files`() async throws {
        let host = try await FollowingHost("one", catalogue)
        for version in ["1.0.0", "1.1.0"] {
            _ = try await host.installer.install(try await fixturePackage(version).bytes, mayConnect: false, by: "ann")
        }
        catalogue.need([pin("1.0.0")])
        // Not at once: somebody may just be storing a run that needs it.
        _ = try await catalogue.set(.retiring, of: pin("1.1.0"), by: "ann", at: SystemTime().now)
        await host.follower.catchUp()
        #expect(try await catalogue.installations().count == 2)
        for version in ["1.0.0", "1.1.0"] {
            _ = try await catalogue.set(.retiring, of: pin(version), by: "ann", at: SystemTime().now + -10_000)
        }
        await host.follower.catchUp()  // asks who needs them
        await host.follower.catchUp()  // lets go of what has left
        #expect(try await catalogue.installations().map(\.pin) == [pin("1.0.0")])
        #expect(host.state("1.1.0") == nil)
        #expect(host.state("1.0.0") == .loaded)
        #expect(host.offered() == [])
        #expect(!FileSystem.exists(host.bench.data + "/connectors/fixture/1.1.0"))
        #expect(FileSystem.exists(host.bench.data + "/connectors/fixture/1.0.0/manifest.json"))
        await #expect(throws: ConnectorRefusal.self) {
            try await host.registry.module("fixture", Version("1.1.0")!)
        }
    }

    @Test func `a version that left can come again`() async throws {
        let host = try await FollowingHost("one", catalogue)
        let package = try await fixturePackage("1.0.0")
        for _ in 0..<3 {
            _ = try await host.installer.install(package.bytes, mayConnect: false, by: "ann")
            #expect(host.state("1.0.0") == .loaded)
            _ = try await host.bench.invoker(host.registry).invoke(.fixture("echo"))
            _ = try await catalogue.remove(pin("1.0.0"), by: "ann", at: SystemTime().now)
            await host.follower.catchUp()
            #expect(host.state("1.0.0") == nil)
        }
    }

    @Test func `what fails a check of the quick part is taken by nobody`() async throws {
        let host = try await FollowingHost("one", catalogue)
        let bench = try Workbench()
        let folder = try bench.install(HostileConnector.named("whole-room"))
        let package = try ConnectorPackage.pack(try await PackageFolder(folder).files())
        do {
            _ = try await host.installer.install(package.bytes, mayConnect: false, by: "ann")
            Issue.record("taken")
        } catch let refusal as ConnectorRefusal {
            #expect(refusal.code == "check-failed" && refusal.have.contains("`small-room` failed"), "\(refusal)")
        }
        #expect(host.registry.listings().isEmpty)
        #expect(FileSystem.names(in: host.bench.data + "/incoming").isEmpty)
    }

    @Test func `other bytes under a version that is there are refused, wherever it lies`() async throws {
        let host = try await FollowingHost("one", catalogue)
        _ = try await host.installer.install(try await fixturePackage("1.0.0").bytes, mayConnect: false, by: "ann")
        let other = try await fixturePackage("1.0.0")
        let licensed = try ConnectorPackage.pack(other.files + [PackageFile(name: "LICENSE", bytes: [65])])
        await #expect(throws: ConnectorRefusal.self) {
            try await host.installer.install(licensed.bytes, mayConnect: false, by: "ann")
        }
        let manifest = FixtureManifest.declared(version: "2.0.0")
        try host.bench.install(CConnector(manifest: manifest, linkerFlags: ["-Wl,--build-id=0x0102"]))
        await host.registry.scan()
        do {
            _ = try await host.installer.install(try await fixturePackage("2.0.0").bytes, mayConnect: false, by: "ann")
            Issue.record("taken")
        } catch let refusal as ConnectorRefusal {
            #expect(refusal.code == "version-taken")
        }
    }

    @Test func `a package that would be refused is not stored`() async throws {
        let host = try await FollowingHost("one", catalogue)
        let crashing = try await fixturePackage("1.0.0", defines: ["CRASH_IN_ENTRY"])
        var code: String?
        do {
            _ = try await host.installer.install(crashing.bytes, mayConnect: false, by: "ann")
        } catch let refusal as ConnectorRefusal {
            code = refusal.code
        }
        #expect(code == "probe-crashed")
        #expect(try await catalogue.installations().isEmpty)
        #expect(FileSystem.names(in: host.bench.data + "/incoming").isEmpty)
    }

    @Test func `a damaged package in the database is refused, told, and stops nobody else`() async throws {
        let (one, two) = (try await FollowingHost("one", catalogue), try await FollowingHost("two", catalogue))
        let (good, bad) = (try await fixturePackage("1.0.0"), try await fixturePackage("1.1.0"))
        for package in [good, bad] {
            _ = try await one.installer.install(package.bytes, mayConnect: false, by: "ann")
        }
        catalogue.replace(bad.digest, by: good.bytes)
        await two.follower.catchUp()
        #expect(two.offered() == ["1.0.0"])
        let entry = catalogue.report(of: "two").first { $0.version == "1.1.0" }
        #expect(entry?.refusal?.code == "store-failed")
        // The first host can serve it: runs that need it are left to that one.
        #expect(two.lackingPins == [pin("1.1.0")])
        #expect(await two.follower.isForOthers([pin("1.1.0")]))
        #expect(await !two.follower.isForOthers([pin("1.0.0")]))
    }

    @Test func `each host asks for signatures by itself`() async throws {
        let key = SigningKey()
        let trust = TrustPolicy.signed(by: [try SignatureKey(base64: key.publicKey)])
        let (open, strict) = (
            try await FollowingHost("open", catalogue), try await FollowingHost("strict", catalogue, trust: trust)
        )
        let package = try await fixturePackage("1.0.0")
        await #expect(throws: ConnectorRefusal.self) {
            try await strict.installer.install(package.bytes, mayConnect: false, by: "ann")
        }
        _ = try await open.installer.install(package.bytes, mayConnect: false, by: "ann")
        await strict.follower.catchUp()
        #expect(strict.state("1.0.0") == .refused)
        #expect(strict.lackingPins == [pin("1.0.0")])
        let signed = try await fixturePackage("1.1.0").signed(by: key)
        _ = try await strict.installer.install(signed.bytes, mayConnect: false, by: "ann")
        #expect(strict.state("1.1.0") == .loaded)
    }

    @Test func `what lies in one host's folder only is left to that host, until nobody tells of it`() async throws {
        let (one, two) = (try await FollowingHost("one", catalogue), try await FollowingHost("two", catalogue))
        try one.bench.install(CConnector(manifest: FixtureManifest.declared(version: "3.0.0")))
        await one.registry.scan()
        await one.follower.catchUp()
        await two.follower.catchUp()
        #expect(two.lackingPins == [pin("3.0.0")])
        try await catalogue.forget(host: "one", silentBefore: SystemTime().now)
        await two.follower.catchUp()
        #expect(two.lackingPins.isEmpty)
    }

    @Test func `files that somebody damaged are fetched again`() async throws {
        let host = try await FollowingHost("one", catalogue)
        _ = try await host.installer.install(try await fixturePackage("1.0.0").bytes, mayConnect: false, by: "ann")
        unlink(host.bench.data + "/connectors/fixture/1.0.0/fixture.so")
        await host.registry.scan()
        #expect(host.state("1.0.0") == .refused)
        await host.follower.catchUp()
        #expect(host.state("1.0.0") == .loaded)
        #expect(host.offered() == ["1.0.0"])
    }

    @Test func `while the database is away everything stays as it is`() async throws {
        let host = try await FollowingHost("one", catalogue)
        _ = try await host.installer.install(try await fixturePackage("1.0.0").bytes, mayConnect: false, by: "ann")
        catalogue.setAway(true)
        await host.follower.catchUp()
        #expect(host.state("1.0.0") == .loaded)
        #expect(host.offered() == ["1.0.0"])
    }

    @Test func `a folder is acted on when it looks the same twice`() {
        var watch = PluginsWatch()
        let (empty, half, whole): (PluginsWatch.Sight, PluginsWatch.Sight, PluginsWatch.Sight) = (
            [:], ["a/1/manifest.json": "10"], ["a/1/manifest.json": "10", "a/1/a.so": "99"]
        )
        let sights = [empty, half, whole, whole, whole, empty, whole, whole, empty, empty]
        let settled = sights.map { watch.hasSettled(at: $0) }
        #expect(settled == [false, false, false, true, false, false, false, false, false, true])
    }
}
