import Glibc

/// `openssl s_server` with a self-signed certificate, in a folder of its own. It ends with its owner.
final class TLSServer {
    static let openssl = "/usr/bin/openssl"
    static var isPossible: Bool { access(openssl, X_OK) == 0 }

    struct Failure: Error { var step: String }

    let port: Int
    let certificate: String
    private let folder: String
    private let process: pid_t

    init(name: String) throws {
        var template = Array("/tmp/patchbay-tls-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(step: "mkdtemp") }
        folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        certificate = folder + "/certificate.pem"
        let key = folder + "/key.pem"
        let (maker, _) = try Self.spawn([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", key, "-out", certificate,
        ])
        var status: Int32 = 0
        guard waitpid(maker, &status, 0) == maker, status == 0 else { throw Failure(step: "openssl req") }
        let (server, output) = try Self.spawn([
            "s_server", "-accept", "localhost:0", "-www", "-cert", certificate, "-key", key,
        ])
        process = server
        guard let port = Self.port(from: output) else { throw Failure(step: "openssl s_server") }
        self.port = port
    }

    deinit {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        for file in ["/certificate.pem", "/key.pem"] { unlink(folder + file) }
        rmdir(folder)
    }

    /// Reads the line `ACCEPT 127.0.0.1:40123`.
    private static func port(from output: Int32) -> Int? {
        var text = ""
        var byte: UInt8 = 0
        while read(output, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") {
                if text.hasPrefix("ACCEPT") { return text.split(separator: ":").last.flatMap { Int($0) } }
                text = ""
            } else {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return nil
    }

    /// Starts openssl with its standard output in a pipe.
    private static func spawn(_ arguments: [String]) throws -> (pid_t, output: Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(step: "pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        let words = ([openssl] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        guard posix_spawn(&process, openssl, &actions, nil, words, environ) == 0 else { throw Failure(step: "spawn") }
        return (process, ends[0])
    }
}
