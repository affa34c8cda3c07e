import Glibc
import Synchronization

/// Listens at every address, of both families, and answers each request with the address that it reached. `/to/<where>` leads
/// to another place.
final class AddressServer: Sendable {
    private let state: Reached

    private final class Reached: Sendable {
        let addresses = Mutex<[String]>([])
    }

    /// The addresses that were connected to.
    var reached: [String] { state.addresses.withLock { $0 } }

    init(port: UInt16) throws {
        let socket = Glibc.socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        var (off, on): (Int32, Int32) = (0, 1)
        setsockopt(socket, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, socklen_t(MemoryLayout<Int32>.size))
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var place = sockaddr_in6()
        place.sin6_family = sa_family_t(AF_INET6)
        place.sin6_port = port.bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let isListening = withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && listen(socket, 1024) == 0
            }
        }
        guard socket >= 0, isListening else { throw Loopback.Failure(step: "listening on port \(port)") }
        let state = Reached()
        self.state = state
        BackgroundThread.start {
            while true {
                let connection = accept(socket, nil, nil)
                guard connection >= 0 else { continue }
                let address = Self.ownAddress(connection)
                state.addresses.withLock { $0.append(address) }
                BackgroundThread.start { Self.serve(connection, address) }
            }
        }
    }

    /// Where the other side wanted to go.
    private static func ownAddress(_ connection: Int32) -> String {
        var place = sockaddr_in6()
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        withUnsafeMutablePointer(to: &place) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(connection, $0, &size) }
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(AF_INET6, &place.sin6_addr, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func serve(_ connection: Int32, _ address: String) {
        defer { close(connection) }
        var head: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 8192)
        // Requests have no bodies.
        while !String(decoding: head, as: UTF8.self).contains("\r\n\r\n") {
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return }
            head += chunk[..<count]
        }
        let words = String(decoding: head, as: UTF8.self).split(separator: " ")
        let path = words.count > 1 ? words[1] : "/"
        var answer: String
        if path.hasPrefix("/to/") {
            answer = "HTTP/1.1 302 Found\r\nLocation: \(path.dropFirst(4))\r\nContent-Length: 0\r\n"
        } else {
            answer = "HTTP/1.1 200 OK\r\nContent-Length: \(address.utf8.count)\r\n"
        }
        // `/keep` leaves the connection open, for the next request.
        let isKept = path == "/keep"
        answer += (isKept ? "" : "Connection: close\r\n") + "\r\n" + (path.hasPrefix("/to/") ? "" : address)
        _ = send(connection, Array(answer.utf8), answer.utf8.count, Int32(MSG_NOSIGNAL))
        if isKept { serve(dup(connection), address) }
    }
}
