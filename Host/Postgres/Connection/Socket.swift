import Glibc

/// Waiting on libpq's socket.
enum Socket {
    enum Event { case ready, woken, expired }

    /// Waits until the socket can be read, or also written, or `wake` was signalled, or the deadline passed.
    static func wait(
        _ socket: Int32, writing: Bool = false, wake: WakeUp, until deadline: ContinuousClock.Instant
    ) -> Event {
        while true {
            let left = ContinuousClock.now.duration(to: deadline).milliseconds
            guard left > 0 else { return .expired }
            var entries = [
                pollfd(fd: socket, events: Int16(writing ? POLLIN | POLLOUT : POLLIN), revents: 0),
                pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&entries, 2, Int32(clamping: left))
            // EINTR and an early end of the wait both go round again.
            guard count > 0 else { continue }
            if entries[1].revents != 0 {
                wake.drain()
                return .woken
            }
            return .ready
        }
    }

    static func isReadable(_ socket: Int32) -> Bool {
        var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    /// Whether the peer closed its end and everything it sent has been read.
    static func isClosed(_ socket: Int32) -> Bool {
        var byte: UInt8 = 0
        return recv(socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 0
    }
}

extension Duration {
    /// Whole milliseconds, rounded up.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}

/// Null-terminated arrays of C strings, as libpq and `posix_spawn` want them.
enum CStrings {
    static func withArray<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies.map { UnsafePointer($0) } + [nil])
    }
}
