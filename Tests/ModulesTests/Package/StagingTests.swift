import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing

@testable import PatchbayModules

@Suite(.timeLimit(.minutes(5))) struct StagingTests {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private func stage(_ connector: CConnector = CConnector()) async throws -> Staging.Staged {
        let library = try connector.build(in: bench.folder, as: "lib\(UInt32.random(in: 0...(.max))).so")
        return try await Staging(prober: bench.prober).stage(library: library, into: bench.plugins)
    }

    private func code(_ connector: CConnector) async throws -> String {
        do {
            _ = try await stage(connector)
            return ""
        } catch let refusal as ConnectorRefusal {
            return refusal.code
        }
    }

    @Test func `a bare name is a file of the current folder, not of the system's`() {
        let name = FileSystem.absolute("libz.so.1")
        #expect(name.hasPrefix("/") && name.hasSuffix("/libz.so.1") && !FileSystem.exists(name))
        #expect(FileSystem.absolute("/lib/x.so") == "/lib/x.so")
    }

    @Test func `a staged connector is whole and can be used`() async throws {
        let staged = try await stage()
        #expect(staged.id == "fixture")
        #expect(staged.folder == bench.plugins + "/fixture/1.0.0")
        #expect(staged.isNew)
        #expect(FileSystem.names(in: staged.folder) == ["fixture.so", "manifest.json"])
        #expect(FileSystem.names(in: bench.plugins + "/fixture") == ["1.0.0"])
        let text = try FileSystem.read(staged.folder + "/manifest.json", atMost: 1 << 20)
        let manifest = try JSON(parsing: text)
        #expect(String(decoding: text, as: UTF8.self).hasPrefix("{\n  \"manifest_version\": 1,\n"))
        #expect(manifest["platform"]?["arch"]?.string == HostPlatform.current.arch)
        #expect(manifest["platform"]?["least_glibc"] != nil)
        let library = try FileSystem.read(staged.folder + "/fixture.so", atMost: 1 << 30)
        #expect(manifest["library"]?["sha256"]?.string == Digest.sha256Hex(library))
        #expect(manifest["library"]?["size"]?.int == Int64(library.count))
        let registry = await bench.registry()
        let result = try await bench.invoker(registry).invoke(.fixture("echo", ["a": [1, 2]]))
        #expect(result.output == ["a": [1, 2]])
    }

    @Test func `the same again changes nothing, another build replaces it`() async throws {
        #expect(try await stage().isNew)
        #expect(try await !stage().isNew)
        #expect(try await stage(CConnector(defines: ["NO_DRAIN"])).isNew)
        #expect(FileSystem.names(in: bench.plugins + "/fixture") == ["1.0.0"])
        let registry = await bench.registry()
        _ = try await bench.invoker(registry).invoke(.fixture("echo"))
    }

    @Test func `what would not load is not staged`() async throws {
        #expect(try await code(CConnector(defines: ["CRASH_IN_ENTRY"])) == "probe-crashed")
        #expect(try await code(CConnector(defines: ["EXTRA_SYMBOL"], usesVersionScript: false)) == "extra-symbols")
        #expect(try await code(CConnector(linkerFlags: ["-Wl,-rpath,/tmp"])) == "run-path")
        var connector = CConnector()
        connector.manifest = FixtureManifest.declared(settings: ["type": "array"])
        #expect(try await code(connector) == "manifest-invalid")
        #expect(FileSystem.names(in: bench.plugins).isEmpty)
    }

    @Test func `no file, a folder, a text`() async throws {
        let staging = Staging(prober: bench.prober)
        func code(_ path: String) async -> String {
            do throws(ConnectorRefusal) {
                _ = try await staging.stage(library: path, into: bench.plugins)
                return ""
            } catch {
                return error.code
            }
        }
        #expect(await code(bench.folder.file("nothing.so")) == "library-missing")
        #expect(await code(bench.folder.path) == "library-unreadable")
        #expect(await code(BuildFolder.versionScript) == "not-elf")
    }

    @Test func `a plugins folder that cannot be written to`() async throws {
        try FileSystem.write([], to: bench.plugins, mode: 0o644)
        #expect(try await code(CConnector()) == "store-failed")
    }
}
