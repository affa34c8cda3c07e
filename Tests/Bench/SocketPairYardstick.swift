import Glibc

/// What a runner's round trip is held against: two kilobytes through a socket pair to another process and back, each side
/// waiting for the other in a plain read.
final class SocketPairYardstick {
    private static let size = 2_048

    private let socket: Int32
    private let child: pid_t
    private var buffer = [UInt8](repeating: 7, count: size)

    init() {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { Bench.fail("no socket pair") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        posix_spawn_file_actions_addclose(&actions, ends[1])
        var texts = [strdup("patchbay-bench"), strdup("echo"), nil]
        defer { texts.forEach { free($0) } }
        var child: pid_t = 0
        guard posix_spawn(&child, "/proc/self/exe", &actions, nil, &texts, environ) == 0 else { Bench.fail("no child") }
        close(ends[1])
        socket = ends[0]
        self.child = child
        _ = round(100)
    }

    deinit {
        close(socket)
        var status: Int32 = 0
        waitpid(child, &status, 0)
    }

    /// Microseconds of one round trip, over so many.
    func round(_ count: Int) -> Double {
        let start = ContinuousClock.now
        for _ in 0..<count {
            guard write(socket, &buffer, Self.size) == Self.size, Self.fill(&buffer, from: socket) else {
                Bench.fail("the echo is gone")
            }
        }
        return (ContinuousClock.now - start).microseconds / Double(count)
    }

    /// The other side: sends back what it is sent until the end.
    static func echo() {
        var buffer = [UInt8](repeating: 0, count: size)
        while fill(&buffer, from: STDIN_FILENO) { _ = write(STDIN_FILENO, &buffer, size) }
    }

    private static func fill(_ buffer: inout [UInt8], from socket: Int32) -> Bool {
        var filled = 0
        while filled < size {
            let count = buffer.withUnsafeMutableBytes { read(socket, $0.baseAddress! + filled, size - filled) }
            guard count > 0 else { return false }
            filled += count
        }
        return true
    }
}
