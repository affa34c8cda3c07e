import CLinux
import Glibc

/// Standard output as it was, kept for the findings, and a file in memory in its place, which shows what a connector prints.
/// Descriptor 3, by which runners talk to their host, is a socket that nobody has a reason to write to.
struct StandardStreams {
    private let kept: Int32
    private let caught: Int32
    private let bait: Int32

    init?() {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { return nil }
        bait = fcntl(ends[0], F_DUPFD_CLOEXEC, 10)
        let other = fcntl(ends[1], F_DUPFD_CLOEXEC, 10)
        close(ends[0])
        close(ends[1])
        guard bait >= 0, dup2(other, 3) == 3 else { return nil }
        close(other)
        kept = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10)
        caught = clinux_memory_file("output")
        guard kept >= 0, caught >= 0, dup2(caught, STDOUT_FILENO) >= 0 else { return nil }
    }

    /// Bytes that were printed, and the first of them.
    func printed() -> (count: Int64, beginning: String) {
        fflush(nil)
        var status = stat()
        fstat(caught, &status)
        var beginning = [UInt8](repeating: 0, count: 80)
        let count = pread(caught, &beginning, beginning.count, 0)
        return (Int64(status.st_size), String(decoding: beginning.prefix(max(0, count)), as: UTF8.self))
    }

    /// The first of what was printed, at most 1 MiB.
    func text() -> [UInt8] {
        fflush(nil)
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = pread(caught, &bytes, bytes.count, 0)
        return Array(bytes.prefix(max(0, count)))
    }

    /// Whether something was written to descriptor 3.
    var hasBait: Bool {
        var byte: UInt8 = 0
        return recv(bait, &byte, 1, Int32(MSG_DONTWAIT)) > 0
    }

    func report(_ bytes: [UInt8]) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(kept, $0.baseAddress, $0.count) }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                // The parent has gone; nobody is left to report to.
                _exit(74)
            }
        }
    }
}
