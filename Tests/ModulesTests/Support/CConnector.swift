import Glibc
import PatchbayJSON

@testable import PatchbayModules

/// Compiles the C fixture, as its authors would: one export, by the SDK's version script.
struct CConnector {
    var manifest = FixtureManifest.declared()
    /// Preprocessor names that make it bad.
    var defines: [String] = []
    var linkerFlags: [String] = []
    var usesVersionScript = true
    /// From the package's root.
    var source = "Tests/ModulesTests/Fixtures/connector.c"

    /// Builds into a folder; answers the library's path.
    func build(in folder: TemporaryFolder, as name: String = "fixture.so") throws -> String {
        let text = "\"" + manifest.text.reduce(into: "") { $0 += $1 == "\"" || $1 == "\\" ? "\\\($1)" : "\($1)" } + "\""
        let literal = folder.file(name + ".manifest")
        try FileSystem.write(Array(text.utf8), to: literal, mode: 0o644)
        let library = folder.file(name)
        let map = usesVersionScript ? ["-Wl,--version-script=\(BuildFolder.versionScript)"] : []
        let id = manifest["id"]?.string ?? "", version = manifest["version"]?.string ?? ""
        try Compiler.run(
            ["-shared", "-fPIC", "-std=gnu11", "-Wall", "-Wextra", "-I", BuildFolder.headers]
                + ["-DMANIFEST=\"\(literal)\"", "-DID=\"\(id)\"", "-DVERSION=\"\(version)\""]
                + defines.map { "-D\($0)" } + map + linkerFlags
                // The same for all, as SwiftPM gives it to all versions of a connector.
                + [
                    "-Wl,-soname,libfixture.so", "-o", library,
                    BuildFolder.sources + "/" + source, "-lpthread",
                ])
        return library
    }
}

enum Compiler {
    struct Failure: Error { var words: String }

    /// `clang`, else `cc`.
    static func run(_ arguments: [String]) throws {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin"
        let folders = path.split(separator: ":").map(String.init)
        let candidates = ["clang", "cc"].flatMap { name in folders.map { "\($0)/\(name)" } }
        guard let compiler = candidates.first(where: { access($0, X_OK) == 0 }) else {
            throw Missing(what: "clang or cc")
        }
        let outcome = ChildProcess(
            path: compiler, arguments: arguments, environment: ["PATH": path, "LANG": "C.UTF-8"],
            timeLimit: .seconds(60), outputLimit: 1 << 20
        ).run()
        guard outcome.end == .exited(0) else { throw Failure(words: "\(outcome.end): \(outcome.complaint)") }
    }
}
