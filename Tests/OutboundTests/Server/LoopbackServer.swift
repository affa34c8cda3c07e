import Glibc
import Synchronization

/// A small HTTP/1.1 server on a loopback address, with one thread a connection. It ends with its owner.
final class LoopbackServer: Sendable {
    typealias Handler = @Sendable (ReceivedRequest) -> Answer

    let address: String
    let port: Int
    private let listener: Int32
    private let log: Log

    /// What the connection's threads share with the server, so that they need not keep it alive.
    final class Log: Sendable {
        struct State {
            var requests: [ReceivedRequest] = []
            var connections = 0
            var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        }
        let state = Mutex(State())

        func add(_ request: ReceivedRequest) {
            let ready = state.withLock { state in
                state.requests.append(request)
                let count = state.requests.count
                let ready = state.waiting.filter { $0.count <= count }
                state.waiting.removeAll { $0.count <= count }
                return ready
            }
            for waiter in ready { waiter.continuation.resume() }
        }
    }

    init(on address: String = "127.0.0.1", _ handler: @escaping Handler) {
        self.address = address
        let log = Log()
        self.log = log
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, address, &name.sin_addr)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                precondition(bind(listener, pointer, size) == 0 && listen(listener, 256) == 0)
                getsockname(listener, pointer, &size)
            }
        }
        port = Int(UInt16(bigEndian: name.sin_port))
        SocketThread.start {
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                let number = log.state.withLock { state in
                    state.connections += 1
                    return state.connections
                }
                SocketThread.start { ServerConnection(connection, number: number, log: log, handler: handler).serve() }
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    var origin: String { "http://\(address):\(port)" }
    var requests: [ReceivedRequest] { log.state.withLock { $0.requests } }
    var connections: Int { log.state.withLock { $0.connections } }

    /// Returns when that many requests have come in.
    func received(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReady = log.state.withLock { state in
                if state.requests.count >= count { return true }
                state.waiting.append((count, continuation))
                return false
            }
            if isReady { continuation.resume() }
        }
    }
}
