import Glibc
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing

@testable import PatchbayModules

@Suite(.timeLimit(.minutes(5))) struct ConnectorRegistryTests {
    private let bench: Workbench
    private let one: Version
    private let two: Version

    init() throws {
        bench = try Workbench()
        one = try #require(Version("1.0.0"))
        two = try #require(Version("2.0.0"))
    }

    private func install(_ version: String, _ defines: [String] = [], id: String = "fixture") throws {
        try bench.install(CConnector(manifest: FixtureManifest.declared(id: id, version: version), defines: defines))
    }

    @Test func `an empty or missing folder holds no connectors`() async {
        let registry = await bench.registry()
        #expect(registry.listings().isEmpty)
        #expect(registry.connectors.isEmpty)
        #expect(registry.versions(of: "x").isEmpty)
        #expect(registry.operations(of: "x", version: one).isEmpty)
        #expect(registry.manifest(of: "x", version: one) == nil)
    }

    @Test func `what is there is offered without opening it`() async throws {
        try install("1.0.0")
        try install("2.0.0")
        try install("2.0.0-beta.1")
        try install("1.0.0", id: "another")
        try FileSystem.write([], to: bench.plugins + "/README.md", mode: 0o644)
        try FileSystem.createFolder(bench.plugins + "/fixture/.half.written")
        let registry = await bench.registry()
        #expect(registry.connectors == ["another", "fixture"])
        #expect(registry.versions(of: "fixture").map(\.description) == ["2.0.0", "2.0.0-beta.1", "1.0.0"])
        #expect(
            registry.listings().map { "\($0.id) \($0.version) \($0.state)" } == [
                "another 1.0.0 available", "fixture 2.0.0 available", "fixture 2.0.0-beta.1 available",
                "fixture 1.0.0 available",
            ])
        #expect(registry.operations(of: "fixture", version: one).first == "echo")
        #expect(registry.manifest(of: "fixture", version: two)?["version"] == "2.0.0")
        #expect(!FileSystem.exists(bench.data + "/modules"))
        func miss(_ connector: String, _ version: Version, _ operation: String) -> CatalogueMiss? {
            let reference = OperationReference(connector: connector, version: version, operation: operation)
            if case .failure(let miss) = registry.operation(reference) { return miss }
            return nil
        }
        #expect(miss("fixture", one, "echo") == nil)
        #expect(miss("nobody", one, "echo") == .unknownConnector)
        #expect(miss("another", two, "echo") == .unknownVersion(installed: [one]))
        #expect(
            miss("another", one, "ecco") == .unknownOperation(offered: registry.operations(of: "another", version: one))
        )
    }

    @Test func `a bad connector stops no good one`() async throws {
        try install("1.0.0")
        try FileSystem.createFolder(bench.plugins + "/broken/1.0.0")
        let registry = await bench.registry()
        #expect(registry.connectors == ["fixture"])
        #expect(registry.listings().map(\.state) == [.refused, .available])
        _ = try await registry.module("fixture", one)
        #expect(registry.listings().map(\.state) == [.refused, .loaded])
    }

    @Test func `of many who ask at once one opens it`() async throws {
        try install("1.0.0")
        let registry = await bench.registry()
        let modules = await withTaskGroup(of: LoadedModule?.self) { group in
            for _ in 0..<50 { group.addTask { try? await registry.module("fixture", Version("1.0.0")!) } }
            return await group.reduce(into: [LoadedModule?]()) { $0.append($1) }
        }
        #expect(modules.count == 50)
        let first = try #require(modules[0])
        #expect(modules.allSatisfy { $0 === first })
        #expect(registry.listings().first?.sha256 == first.sha256)
    }

    @Test func `what is not installed is said with what is`() async throws {
        try install("1.0.0")
        let registry = await bench.registry()
        await #expect(throws: ConnectorRefusal.self) { try await registry.module("fixture", two) }
        do {
            _ = try await registry.module("fixture", two)
        } catch {
            #expect(error.code == "not-installed")
            #expect(error.have == "fixture 1.0.0" && error.need == "fixture 2.0.0")
        }
    }

    @Test func `a refused library is not tried again until the folder is scanned`() async throws {
        try install("1.0.0", ["START_FAILS"])
        let registry = await bench.registry()
        await #expect(throws: ConnectorRefusal.self) { try await registry.module("fixture", one) }
        try install("1.0.0")
        await #expect(throws: ConnectorRefusal.self) { try await registry.module("fixture", one) }
        await registry.scan()
        _ = try await registry.module("fixture", one)
    }

    @Test func `the store is private and the copy read-only`() async throws {
        try install("1.0.0")
        let module = try await bench.registry().module("fixture", one)
        var status = stat()
        #expect(stat(bench.data + "/modules", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
        let copy = "\(bench.data)/modules/\(module.sha256)/fixture.so"
        #expect(stat(copy, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o444)
        #expect(FileSystem.exists("\(bench.data)/modules/\(module.sha256)/probed"))
    }

    @Test func `a copy that somebody changed is not opened`() async throws {
        try install("1.0.0")
        let listing = await bench.registry().listings().first
        let sha256 = try #require(listing?.sha256)
        let folder = "\(bench.data)/modules/\(sha256)"
        try FileSystem.createFolder(folder)
        try FileSystem.write(Array("evil".utf8), to: folder + "/fixture.so", mode: 0o644)
        let module = try await bench.registry().module("fixture", one)
        let bytes = try FileSystem.read(folder + "/fixture.so", atMost: 1 << 30)
        #expect(Digest.sha256Hex(bytes) == module.sha256)
    }

    @Test func `what was probed once is not probed again`() async throws {
        try install("1.0.0")
        let first = await bench.registry()
        _ = try await first.module("fixture", one)
        await first.close()
        // Without a runner only a library that has passed can be opened.
        let second = await bench.registry(prober: Prober(runner: "/nowhere"))
        _ = try await second.module("fixture", one)
        await second.close()
    }

    @Test func `many that were never probed share a child, and one bad among them harms no other`() async throws {
        let defines: [[String]] = [[], ["CRASH_IN_ENTRY"], [], ["REFUSE"], ["EXIT_IN_ENTRY"], []]
        for (index, defines) in defines.enumerated() { try install("1.0.0", defines, id: "c\(index)") }
        let registry = await bench.registry()
        let refusals = await registry.preload((0..<6).map { "c\($0)" } + ["nobody", "c0@9.9.9", "c0@1.0.0"])
        #expect(refusals.map(\.name) == ["c1", "c3", "c4", "nobody", "c0@9.9.9"])
        #expect(
            refusals.map(\.refusal.code) == [
                "probe-crashed", "probe-refused", "probe-crashed", "not-installed", "not-installed",
            ])
        #expect(registry.listings().map(\.state) == [.loaded, .refused, .loaded, .refused, .refused, .loaded])
    }

    @Test func `what a connector prints is not taken for a finding`() async throws {
        try install("1.0.0", ["CHATTER_IN_ENTRY"])
        _ = try await bench.registry().module("fixture", one)
    }

    @Test func `two versions are open at once, each with its own behaviour`() async throws {
        try install("1.0.0")
        try install("2.0.0")
        let registry = await bench.registry()
        let invoker = bench.invoker(registry)
        for version in ["1.0.0", "2.0.0", "1.0.0"] {
            let result = try await invoker.invoke(.fixture("describe", version: version))
            #expect(result.output["version"]?.string == version)
        }
    }

    @Test func `a replaced version ends and the new one answers`() async throws {
        let marks = bench.folder.file("marks")
        try install("1.0.0", ["STOPPED=\"\(marks)\""])
        let registry = await bench.registry()
        let old = try await registry.module("fixture", one)
        await registry.scan()
        #expect(try await registry.module("fixture", one) === old, "an unchanged folder changes nothing")
        try install("1.0.0")
        await registry.scan()
        let new = try await registry.module("fixture", one)
        #expect(new !== old)
        #expect(new.sha256 != old.sha256)
        await registry.close()
        let stopped = try FileSystem.read(marks, atMost: 1 << 10)
        #expect(stopped == Array("stopped\n".utf8))
    }

    @Test func `a removed connector is gone, and back when it is installed again`() async throws {
        try install("1.0.0")
        let registry = await bench.registry()
        let first = try await registry.module("fixture", one)
        let home = bench.plugins + "/fixture/1.0.0"
        let manifest = try FileSystem.read(home + "/manifest.json", atMost: 1 << 20)
        let library = try FileSystem.read(home + "/fixture.so", atMost: 1 << 30)
        FileSystem.removeFolder(home)
        await registry.scan()
        #expect(registry.connectors.isEmpty)
        await #expect(throws: ConnectorRefusal.self) { try await registry.module("fixture", one) }
        try FileSystem.createFolder(home)
        try FileSystem.write(library, to: home + "/fixture.so", mode: 0o644)
        try FileSystem.write(manifest, to: home + "/manifest.json", mode: 0o644)
        await registry.scan()
        let second = try await registry.module("fixture", one)
        #expect(second.sha256 == first.sha256)
        let result = try await bench.invoker(registry).invoke(.fixture("echo", ["n": 1]))
        #expect(result.output == ["n": 1])
    }

    @Test func `closing stops what is open and opens nothing more`() async throws {
        let marks = bench.folder.file("marks")
        try install("1.0.0", ["STOPPED=\"\(marks)\""])
        let registry = await bench.registry()
        let invoker = bench.invoker(registry)
        _ = try await invoker.invoke(.fixture("echo"))
        await registry.close()
        #expect(try FileSystem.read(marks, atMost: 1 << 10) == Array("stopped\n".utf8))
        await #expect(throws: OperationFailure.self) { try await invoker.invoke(.fixture("echo")) }
        await registry.scan()
        #expect(registry.listings().isEmpty || registry.connectors.isEmpty)
        #expect(try FileSystem.read(marks, atMost: 1 << 10) == Array("stopped\n".utf8), "stopping happens once")
    }

    @Test func `closing cancels calls that do not end by themselves`() async throws {
        try install("1.0.0", ["NO_DRAIN"])
        let registry = await bench.registry()
        let invoker = bench.invoker(registry)
        _ = try await invoker.invoke(.fixture("echo"))
        async let call = invoker.invoke(.fixture("until_cancelled"))
        while !Task.isCancelled, bench.calls.count == 0 { await Task.yield() }
        await registry.close(grace: .milliseconds(1))
        do {
            _ = try await call
            Issue.record("it cannot have ended well")
        } catch let failure as OperationFailure {
            #expect(failure.code == .cancelled)
            #expect(failure.message.contains("because of 2"))
        }
    }
}
