import Dispatch
import Glibc
import Synchronization

/// An HTTP server on 127.0.0.1 that notes what it is sent and answers each request in one way.
final class LoopbackServer: Sendable {
    private let socket: Int32
    private let requests = Mutex<[String]>([])
    private let stalled = Mutex<[Int32]>([])
    let port: UInt16

    /// - Parameter answer: What to send for the request's head; nil: nothing, and the connection stays open.
    init(answer: @escaping @Sendable (String) -> String?) throws {
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
        Thread.run { [weak self] in
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
        for connection in stalled.withLock({ $0 }) { close(connection) }
    }

    var url: String { "http://127.0.0.1:\(port)/path" }

    /// Heads of the requests so far.
    var heads: [String] { requests.withLock { $0 } }

    private func serve(_ connection: Int32, _ answer: (String) -> String?) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4 << 10)
        while !String(decoding: bytes, as: UTF8.self).contains("\r\n\r\n") {
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else {
                close(connection)
                return
            }
            bytes += buffer[..<count]
        }
        let head = String(decoding: bytes, as: UTF8.self)
        requests.withLock { $0.append(head) }
        guard let answer = answer(head) else {
            stalled.withLock { $0.append(connection) }
            return
        }
        let text = Array(answer.utf8)
        _ = write(connection, text, text.count)
        close(connection)
    }

    static func answer(_ body: String, status: String = "200 OK") -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
    }
}

private enum Thread {
    static func run(_ body: @escaping @Sendable () -> Void) {
        DispatchQueue(label: "loopback").async(execute: body)
    }
}
