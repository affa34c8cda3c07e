import Dispatch
import Glibc
import PatchbayJSON
import Synchronization

/// An HTTP/1.1 server on the loopback that keeps each request and answers as it is told. It closes every connection after
/// its answer.
final class RecordingServer: Sendable {
    struct Request: Sendable {
        var method: String
        /// With the query.
        var target: String
        /// Names in lower case.
        var headers: [String: String]
        var body: [UInt8]

        var path: String { String(target.prefix { $0 != "?" }) }
        var text: String { String(decoding: body, as: UTF8.self) }
        /// The body as JSON; null when it is none.
        var json: JSON { (try? JSON(parsing: body)) ?? .null }
    }

    enum Answer: Sendable {
        case reply(Int, [(String, String)] = [], [UInt8] = [])
        /// The beginning of an answer, and then the end of the connection.
        case cut([UInt8])
        /// Nothing, until the server is stopped.
        case silence

        static func json(_ status: Int, _ body: JSON, _ headers: [(String, String)] = []) -> Answer {
            .reply(status, [("Content-Type", "application/json; charset=utf-8")] + headers, body.bytes())
        }
    }

    private struct State {
        var requests: [Request] = []
        var silent: [Int32] = []
        var isStopped = false
    }

    let port: Int
    var address: String { "http://127.0.0.1:\(port)" }
    private let socket: Int32
    private let answer: @Sendable (Request) -> Answer
    private let state = Mutex(State())

    /// - Parameter ports: Those that it may listen on; nil for any.
    init(on ports: ClosedRange<Int>? = nil, _ answer: @escaping @Sendable (Request) -> Answer) {
        self.answer = answer
        (socket, port) = Self.take(ports, listening: true)
        DispatchQueue(label: "recording server").async { [self] in accept() }
    }

    /// A port on which nobody listens. It stays taken until the process ends, so that no other test's server gets it.
    static var closedPort: Int { take(TestPorts.range, listening: false).port }

    var requests: [Request] { state.withLock { $0.requests } }

    func stop() {
        let silent = state.withLock { state in
            state.isStopped = true
            defer { state.silent = [] }
            return state.silent
        }
        for connection in silent { close(connection) }
        shutdown(socket, Int32(SHUT_RDWR))
    }

    private static func take(_ ports: ClosedRange<Int>?, listening: Bool) -> (socket: Int32, port: Int) {
        for port in ports.map({ $0.shuffled() }) ?? [0] {
            if let taken = take(port, listening: listening) { return taken }
        }
        preconditionFailure("no port on the loopback")
    }

    private static func take(_ port: Int, listening: Bool) -> (socket: Int32, port: Int)? {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isTaken = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, size) == 0 && (!listening || Glibc.listen(socket, 64) == 0)
                    && getsockname(socket, pointer, &size) == 0
            }
        }
        guard isTaken else {
            close(socket)
            return nil
        }
        return (socket, Int(UInt16(bigEndian: address.sin_port)))
    }

    private func accept() {
        while true {
            let connection = Glibc.accept(socket, nil, nil)
            guard connection >= 0 else { break }
            DispatchQueue(label: "recording server connection").async { [self] in serve(connection) }
        }
        close(socket)
    }

    private func serve(_ connection: Int32) {
        guard let request = Self.read(connection) else { return _ = close(connection) }
        state.withLock { $0.requests.append(request) }
        switch answer(request) {
        case .reply(let status, let headers, let body):
            var head = "HTTP/1.1 \(status) Recorded\r\nConnection: close\r\n"
            for (name, value) in headers { head += "\(name): \(value)\r\n" }
            if status != 204 { head += "Content-Length: \(body.count)\r\n" }
            Self.write(Array((head + "\r\n").utf8) + (request.method == "HEAD" ? [] : body), to: connection)
            close(connection)
        case .cut(let bytes):
            Self.write(bytes, to: connection)
            close(connection)
        case .silence:
            let isLate = state.withLock { state in
                if !state.isStopped { state.silent.append(connection) }
                return state.isStopped
            }
            if isLate { close(connection) }
        }
    }

    private static func read(_ connection: Int32) -> Request? {
        var received: [UInt8] = []
        var head: [UInt8]?
        var length = 0
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            if head == nil, let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
                head = Array(received[..<end.lowerBound])
                received.removeFirst(end.upperBound)
                length = fields(of: head ?? []).first { $0.0 == "content-length" }.flatMap { Int($0.1) } ?? 0
            }
            if let head, received.count >= length { return request(head, Array(received.prefix(length))) }
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            received += chunk.prefix(count)
        }
    }

    private static func request(_ head: [UInt8], _ body: [UInt8]) -> Request? {
        let line = String(decoding: head.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self).split(separator: " ")
        guard line.count == 3 else { return nil }
        let headers = Dictionary(fields(of: head)) { "\($0), \($1)" }
        return Request(method: String(line[0]), target: String(line[1]), headers: headers, body: body)
    }

    private static func fields(of head: [UInt8]) -> [(String, String)] {
        String(decoding: head, as: UTF8.self).split(separator: "\r\n").dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (line[..<colon].lowercased(), String(line[line.index(after: colon)...].drop { $0 == " " }))
        }
    }

    private static func write(_ bytes: [UInt8], to connection: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
