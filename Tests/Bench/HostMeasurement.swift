import FoundationEssentials
import Glibc

/// How long the whole host takes from its start until it listens, with fifty connectors that it opens before that and the
/// database that it brings along, and what memory it fills when it has nothing to do.
enum HostMeasurement {
    private static let connectors = 50
    private static let starts = 5

    static func run(in workshop: Workshop) async throws {
        let program = workshop.build + "/patchbay"
        guard access(program, X_OK) == 0 else {
            return Bench.report("the whole host with 50 connectors", "not measured", budget: "`swift build -c release`")
        }
        try await workshop.stage((1...connectors).map { try workshop.stamp($0) })
        // The first one creates the database and tries the connectors out.
        _ = try start(program, workshop)
        let figures = try (0..<starts).map { _ in try start(program, workshop) }
        let (times, sizes) = (figures.map(\.milliseconds).sorted(), figures.map(\.megabytes).sorted())
        Bench.report(
            "the whole host with 50 connectors, start to listening",
            "\(times[starts / 2].rounded(to: 0)) ms (\(times[0].rounded(to: 0)) to \(times[starts - 1].rounded(to: 0)))",
            budget: "1 s")
        Bench.report(
            "the whole host with 50 open connectors, idle, resident",
            "\(sizes[starts / 2].rounded(to: 1)) MB (\(sizes[0].rounded(to: 1)) to \(sizes[starts - 1].rounded(to: 1)))",
            budget: "100 MB")
    }

    private static func start(_ program: String, _ workshop: Workshop) throws -> (
        milliseconds: Double, megabytes: Double
    ) {
        let port = try freePort()
        let names = (1...connectors).map { Workshop.stem + ($0 < 10 ? "0" : "") + "\($0)" }
        let start = ContinuousClock.now
        let host = try spawn(
            program,
            [
                "PORT=\(port)", "LOG_LEVEL=error", "PATCHBAY_DATA=\(workshop.folder)/host",
                "PATCHBAY_PLUGINS=\(workshop.plugins)", "PATCHBAY_MIGRATIONS=migrations",
                "PATCHBAY_ADMIN_KEY=pb_measurements-only-0123456789", "PATCHBAY_ISOLATION=in_process",
                "PATCHBAY_PRELOAD=\(names.joined(separator: ","))", "PATH=/usr/local/bin:/usr/bin:/bin",
            ])
        defer {
            kill(host, SIGTERM)
            waitpid(host, nil, 0)
        }
        while !isListening(port) {
            guard ContinuousClock.now - start < .seconds(60), waitpid(host, nil, WNOHANG) == 0 else {
                Bench.fail("the host does not listen on port \(port)")
            }
            usleep(2_000)
        }
        let milliseconds = (ContinuousClock.now - start).microseconds / 1_000
        // Idle is what it is when its first rounds of everything are over.
        usleep(2_000_000)
        return (milliseconds, try resident(host))
    }

    private static func spawn(_ program: String, _ environment: [String]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        var texts = [program, "serve"].map { (text: String) in strdup(text) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { (texts + variables).forEach { free($0) } }
        var child: pid_t = 0
        guard posix_spawn(&child, program, &actions, nil, &texts, &variables) == 0 else { throw POSIXError(.ENOENT) }
        return child
    }

    /// Megabytes.
    private static func resident(_ process: pid_t) throws -> Double {
        let words = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8).split(separator: " ")
        guard words.count > 1, let pages = Double(words[1]) else { throw POSIXError(.EINVAL) }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1e6
    }

    // MARK: Ports of this machine

    private static func isListening(_ port: UInt16) -> Bool {
        let (socket, isConnected) = open(port, connect)
        close(socket)
        return isConnected
    }

    private static func freePort() throws -> UInt16 {
        let (socket, isBound) = open(0, bind)
        defer { close(socket) }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isKnown = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) == 0 }
        }
        guard isBound, isKnown else { throw POSIXError(.EADDRINUSE) }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func open(
        _ port: UInt16, _ act: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> (socket: Int32, isDone: Bool) {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isDone = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                act(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        return (socket, isDone)
    }
}
