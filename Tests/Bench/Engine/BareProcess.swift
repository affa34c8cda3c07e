import Glibc
import Hummingbird
import Logging

/// One route of the server that the host is made with, which reads what is sent and answers two bytes: the yardstick of what
/// a host does besides. In a process of its own, as the host is.
final class BareProcess {
    /// The first argument of this program that makes it this server.
    static let argument = "--bare-server"

    let port: UInt16
    private let pid: pid_t

    init() throws {
        guard let socket = LoopbackSocket(listeningOn: 0) else { throw BenchError("no port is free") }
        port = socket.port
        socket.close()
        let words: [String] = ["/proc/self/exe", Self.argument, "\(port)"]
        var texts = words.map { strdup($0) } + [nil]
        defer { texts.forEach { free($0) } }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var child: pid_t = 0
        guard posix_spawn(&child, "/proc/self/exe", nil, &attributes, &texts, environ) == 0 else {
            throw BenchError("the bare server cannot be started")
        }
        pid = child
        for _ in 0..<200 {
            if let socket = LoopbackSocket(port: port) {
                socket.close()
                return
            }
            usleep(50_000)
        }
        stop()
        throw BenchError("the bare server does not listen")
    }

    func stop() {
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }

    /// What the child does.
    static func serve(on port: Int) async throws {
        let router = Router()
        router.post("**") { request, _ in
            _ = try await request.body.collect(upTo: 1 << 20)
            return "ok"
        }
        let server = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
            logger: Logger(label: "bare") { _ in SwiftLogNoOpLogHandler() })
        try await server.run()
    }
}
