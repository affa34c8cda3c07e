import FoundationEssentials
import Glibc
import HostFixture

/// Hears what a host tells over WebSocket, byte for byte as it comes: a command that knows nothing of frames.
struct LiveListener: Sendable {
    private let program: ChildProgram

    /// - Parameter path: Below `/api/v1`.
    init(_ host: RunningHost, _ path: String, _ installation: Installation) throws {
        program = try ChildProgram(
            "/usr/bin/curl",
            [
                "--silent", "--no-buffer", "--http1.1", "--include", "--header", "Authorization: Bearer \(host.key)",
                "--header", "Connection: Upgrade", "--header", "Upgrade: websocket", "--header",
                "Sec-WebSocket-Version: 13", "--header", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                host.url + "/api/v1" + path,
            ], environment: installation.environment, folder: installation.folder)
    }

    /// Everything, once it has told of that.
    func heard(of word: String) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(60)
        while !String(decoding: program.outputBytes, as: UTF8.self).contains(word) {
            guard ContinuousClock.now < deadline else {
                throw SystemTestError("nothing is told of \(word): \(program.errors)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        program.signal(SIGTERM)
        _ = await program.ended()
        return String(decoding: program.outputBytes, as: UTF8.self)
    }
}
