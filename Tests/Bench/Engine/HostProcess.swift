import Glibc
import PatchbayPostgres

/// A `patchbay serve` of its own process, beside this program, on the workshop's cluster.
final class HostProcess {
    static let key = "pb_measurements-only-0123456789"

    let port: UInt16
    private let pid: pid_t
    private let folder: String

    /// Returns when it accepts connections.
    init(on target: PostgresTarget) throws {
        var template = Array("/tmp/patchbay-bench-host-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil, let place = target.socket else { throw BenchError("no host can be set up") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        mkdir(folder + "/plugins", 0o755)
        port = try Self.freePort()
        let settings = [
            "DATABASE_URL=host=\(place.folder) port=\(place.port) user=\(place.user) dbname=\(place.database)",
            "PATCHBAY_DATA=\(folder)/data", "PATCHBAY_PLUGINS=\(folder)/plugins", "PATCHBAY_ADMIN_KEY=\(Self.key)",
            "PATCHBAY_MIGRATIONS=\(Workshop.migrations)", "PORT=\(port)", "LOG_LEVEL=warning",
            // Counted, and never too many.
            "PATCHBAY_RATE_LIMITS=api=1000000000,webhook=1000000000,execute=1000000000,marketplace=off",
            "PATH=/usr/local/bin:/usr/bin:/bin",
        ]
        pid = try Self.spawn(Self.program, ["serve"], settings, log: folder + "/log")
        for _ in 0..<600 {
            if let socket = LoopbackSocket(port: port) {
                socket.close()
                return
            }
            guard kill(pid, 0) == 0, waitpid(pid, nil, WNOHANG) == 0 else { break }
            usleep(50_000)
        }
        let words = words
        stop()
        throw BenchError("the host does not listen on port \(port); it said: \(words)")
    }

    /// The last that it said.
    var words: String { Program.run("tail", ["-c", "2000", folder + "/log"]) ?? "nothing" }

    func stop() {
        kill(pid, SIGTERM)
        var waited = 0
        while waitpid(pid, nil, WNOHANG) == 0 {
            waited += 1
            if waited == 200 { kill(pid, SIGKILL) }
            usleep(50_000)
        }
        Program.run("rm", ["-rf", folder])
    }

    /// In the folder that this program is in.
    private static var program: String {
        var path = [CChar](repeating: 0, count: 4_096)
        let length = readlink("/proc/self/exe", &path, path.count - 1)
        let own = String(decoding: path[..<max(length, 0)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/patchbay"
    }

    private static func freePort() throws -> UInt16 {
        guard let socket = LoopbackSocket(listeningOn: 0) else { throw BenchError("no port is free") }
        defer { socket.close() }
        return socket.port
    }

    private static func spawn(_ program: String, _ arguments: [String], _ environment: [String], log: String) throws
        -> pid_t
    {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for output in [STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, output, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // This process may block signals that the host ends by.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var texts = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { (texts + variables).forEach { free($0) } }
        var child: pid_t = 0
        guard posix_spawn(&child, program, &actions, &attributes, &texts, &variables) == 0 else {
            throw BenchError("\(program) cannot be started; build it: swift build -c release")
        }
        return child
    }
}
