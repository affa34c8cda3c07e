import FoundationEssentials
import Glibc
import PatchbayJSON
import PatchbayOutbound

/// A Patchbay of a test's own: the built programs, with folders that go with the test.
package final class Installation: Sendable {
    package let folder: String
    package let build: String

    /// - Parameter libraries: connectors to stage, by the names of their products.
    package init(_ libraries: [String]) async throws {
        build = try Self.buildFolder()
        folder = FileManager.default.temporaryDirectory.path + "/patchbay-system-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(
            atPath: folder + "/plugins", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        let files = libraries.map { "\(build)/lib\($0).so" }
        if !files.isEmpty {
            let (status, _, errors) = try await command(["connector", "stage", "--trust"] + files)
            guard status == 0 else { throw SystemTestError("staging failed: \(errors)") }
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Where the programs are: above the test's own.
    private static func buildFolder() throws -> String {
        var path = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &path, path.count - 1)
        var url = URL(
            fileURLWithPath: String(decoding: path[..<max(length, 0)].map { UInt8(bitPattern: $0) }, as: UTF8.self))
        while url.pathComponents.count > 1 {
            url.deleteLastPathComponent()
            if FileManager.default.fileExists(atPath: url.path + "/patchbay-runner") { return url.path }
        }
        throw SystemTestError("the programs are not built; run the tests by: make test")
    }

    package var environment: [String: String] {
        [
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "PATCHBAY_DATA": folder + "/data",
            "PATCHBAY_PLUGINS": folder + "/plugins", "PATCHBAY_ALLOW_NETWORKS": "127.0.0.0/8",
            "LD_LIBRARY_PATH": String(cString: getenv("LD_LIBRARY_PATH") ?? strdup("")), "PORT": "0",
            "PATCHBAY_RATE_LIMITS": "off",
            "LLVM_PROFILE_FILE": folder + "/coverage-%p.profraw",
        ]
    }

    /// Runs a command to its end.
    package func command(
        _ arguments: [String], input: String = "", adding: [String: String] = [:]
    ) async throws -> (status: Int32, output: String, errors: String) {
        let program = try ChildProgram(
            build + "/patchbay", arguments, environment: environment.merging(adding) { $1 }, folder: folder,
            input: input)
        let status = await program.ended()
        return (status, program.output, program.errors)
    }

    /// Starts a host and waits until it listens.
    package func serve(adding: [String: String] = [:]) async throws -> RunningHost {
        let program = try ChildProgram(
            build + "/patchbay", ["serve"], environment: environment.merging(adding) { $1 }, folder: folder)
        return try await RunningHost(program, keyFile: folder + "/data/admin-key")
    }

    package func write(_ text: String, to name: String) throws -> String {
        let path = folder + "/" + name
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }
}

package struct SystemTestError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
