import Glibc

/// A TCP connection of a connector's own, for protocols that the host does not speak. Blocking, so it belongs into
/// `onOwnThread`; every wait ends at the deadline and when the call is cancelled.
public final class SocketConnection {
    private let socket: Int32
    private let cancellation: Cancellation
    /// Milliseconds on the monotonic clock.
    private let end: Int64

    /// Connects to the first address that answers.
    ///
    /// - Parameters:
    ///   - addresses: of `Context.addresses`.
    ///   - limit: for everything that is done with the connection.
    public init(
        to addresses: [String], port: Int, within limit: Duration, _ cancellation: Cancellation
    ) throws(ConnectorError) {
        self.cancellation = cancellation
        end = monotonicNow() + limit.milliseconds
        var reason = "it has no address"
        for address in addresses {
            switch Self.open(address, port) {
            case .failure(let failure): reason = failure.text
            case .success(let socket):
                if let failure = Self.finish(socket, end, cancellation) {
                    close(socket)
                    guard !cancellation.isCancelled else { throw Self.cancelled }
                    reason = failure
                } else {
                    self.socket = socket
                    return
                }
            }
        }
        throw ConnectorError(
            .unavailable, "The server at port \(port) cannot be reached: \(reason).", effect: .none)
    }

    deinit { close(socket) }

    public func send(_ bytes: [UInt8]) throws(ConnectorError) {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress! + start, $0.count - start, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                start += count
            } else if errno == EAGAIN {
                try wait(for: Int16(POLLOUT))
            } else if errno != EINTR {
                throw lost()
            }
        }
    }

    /// What has come, at least one byte. Throws `unavailable` when the server has closed the connection.
    public func receive(atMost limit: Int = 64 << 10) throws(ConnectorError) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: limit)
        while true {
            let count = recv(socket, &chunk, chunk.count, 0)
            if count > 0 { return Array(chunk.prefix(count)) }
            if count == 0 { throw ConnectorError(.unavailable, "The server closed the connection.") }
            if errno == EAGAIN {
                try wait(for: Int16(POLLIN))
            } else if errno != EINTR {
                throw lost()
            }
        }
    }

    private func wait(for events: Int16) throws(ConnectorError) {
        switch Self.wait(socket, events, end, cancellation) {
        case .ready: return
        case .cancelled: throw Self.cancelled
        case .late: throw ConnectorError(.timeout, "The server did not answer in time.")
        }
    }

    private func lost() -> ConnectorError {
        ConnectorError(.unavailable, "The connection was lost: \(String(cString: strerror(errno))).")
    }

    private static let cancelled = ConnectorError(.cancelled, "The call was cancelled.")

    private enum Wait { case ready, cancelled, late }

    private static func wait(_ socket: Int32, _ events: Int16, _ end: Int64, _ cancellation: Cancellation) -> Wait {
        while true {
            if cancellation.isCancelled { return .cancelled }
            let left = end - monotonicNow()
            guard left > 0 else { return .late }
            var descriptors = [
                pollfd(fd: socket, events: events, revents: 0),
                pollfd(fd: cancellation.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&descriptors, 2, Int32(clamping: left)) > 0 else { continue }
            if descriptors[0].revents != 0 { return .ready }
        }
    }

    private struct Failure: Error { var text: String }

    private static func open(_ address: String, _ port: Int) -> Result<Int32, Failure> {
        func failure() -> Result<Int32, Failure> {
            // What a sandbox answers for a port that was not granted.
            let isSandbox = errno == EACCES || errno == EPERM
            let text = isSandbox ? "this process may not connect to that port" : String(cString: strerror(errno))
            return .failure(Failure(text: text))
        }
        let isV6 = address.contains(":")
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let socket = Glibc.socket(isV6 ? AF_INET6 : AF_INET, kind, 0)
        guard socket >= 0 else { return failure() }
        var on: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        let status: Int32
        if isV6 {
            var place = sockaddr_in6()
            place.sin6_family = sa_family_t(AF_INET6)
            place.sin6_port = UInt16(truncatingIfNeeded: port).bigEndian
            inet_pton(AF_INET6, address, &place.sin6_addr)
            status = connect(socket, to: &place)
        } else {
            var place = sockaddr_in()
            place.sin_family = sa_family_t(AF_INET)
            place.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
            inet_pton(AF_INET, address, &place.sin_addr)
            status = connect(socket, to: &place)
        }
        guard status == 0 || errno == EINPROGRESS else {
            defer { close(socket) }
            return failure()
        }
        return .success(socket)
    }

    private static func connect<Place>(_ socket: Int32, to place: inout Place) -> Int32 {
        withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<Place>.size))
            }
        }
    }

    /// Waits until it is connected; nil when it is, else why not.
    private static func finish(_ socket: Int32, _ end: Int64, _ cancellation: Cancellation) -> String? {
        switch wait(socket, Int16(POLLOUT), end, cancellation) {
        case .cancelled: return "the call was cancelled"
        case .late: return "it did not answer in time"
        case .ready: break
        }
        var status: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket, SOL_SOCKET, SO_ERROR, &status, &size)
        return status == 0 ? nil : String(cString: strerror(status))
    }
}

private func monotonicNow() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
}
