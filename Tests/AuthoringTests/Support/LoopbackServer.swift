import Dispatch
import Glibc
import Synchronization

/// An HTTP server on 127.0.0.1 that notes the heads of requests and gives each the same answer.
final class LoopbackServer: Sendable {
    private let socket: Int32
    private let requests = Mutex<[String]>([])
    let port: UInt16

    init(status: String = "200 OK", headers: String = "", body: String) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && listen(socket, 16) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isListening else { throw Missing(what: "a port on 127.0.0.1") }
        self.socket = socket
        port = UInt16(bigEndian: address.sin_port)
        let answer =
            "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\(headers)\r\n\(body)"
        DispatchQueue(label: "loopback").async { [weak self] in
            while true {
                let connection = accept(socket, nil, nil)
                guard connection >= 0, let self else { break }
                self.serve(connection, answer)
            }
        }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// Heads of the requests so far.
    var heads: [String] { requests.withLock { $0 } }

    private func serve(_ connection: Int32, _ answer: String) {
        defer { close(connection) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4 << 10)
        while !String(decoding: bytes, as: UTF8.self).contains("\r\n\r\n") {
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return }
            bytes += buffer[..<count]
        }
        requests.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
        let text = Array(answer.utf8)
        _ = write(connection, text, text.count)
    }
}
