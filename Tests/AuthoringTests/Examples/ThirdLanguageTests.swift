import Glibc
import PatchbayAuthoring
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import Testing

/// The example in Rust: built as its `build.sh` does, staged and called as any connector is.
@Suite(.timeLimit(.minutes(3))) struct ThirdLanguageTests {
    @Test func `a connector in Rust is built, accepted and called`() async throws {
        guard let library = try Self.build() else {
            return print("skipped: there is no rustc in PATH, so the example in Rust cannot be built")
        }
        let folder = try TemporaryFolder()
        let prober = try BuildFolder.prober
        let staged = try await Staging(prober: prober).stage(library: library.path, into: folder.file("plugins"))
        #expect(staged.id == "acme-rust")
        #expect(staged.warnings == [])
        let connector = try await LocalConnector.open("acme-rust", in: folder.file("plugins"), prober: prober)
        let result = try await connector.call("count_words", ["text": "one two\nthree \"four\""], in: .init())
        #expect(result.output == ["words": 4])
        await connector.close()
        let suite = CheckSuite(runner: try BuildFolder.product("patchbay-runner"), seed: 7)
        let report = await suite.check(
            try await CheckSubject(library.path, scratch: folder.path), scratch: folder.path)
        #expect(report.hasPassed, "\(report.findings.filter(\.isBad))")
    }

    /// Nil without a compiler.
    private static func build() throws -> (path: String, folder: TemporaryFolder)? {
        guard system("command -v rustc > /dev/null 2>&1") == 0 else { return nil }
        let folder = try TemporaryFolder()
        let script = BuildFolder.sources + "/ConnectorSDK/Examples/rust/build.sh"
        guard system("'\(script)' '\(folder.path)'") == 0 else { throw Missing(what: "a library from build.sh") }
        return (folder.file("libacme_rust.so"), folder)
    }
}
