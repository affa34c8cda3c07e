import Glibc

/// Many clients on connections that stay open, each of which sends a request as soon as it has the answer to the last. All in
/// one thread, so that measuring takes little of the machine that is measured.
struct HTTPLoad {
    private struct Client {
        let socket: LoopbackSocket
        var sentAt = ContinuousClock.now
        var received: [UInt8] = []
        var isBusy = false
    }

    /// Seconds without any answer after which all is given up.
    private static let patience: Int32 = 20

    private var clients: [Client] = []
    private let request: [UInt8]
    private let status: String

    /// - Parameter status: What each answer has to have.
    init(_ count: Int, port: UInt16, request: [UInt8], status: Int) throws {
        self.request = request
        self.status = "HTTP/1.1 \(status)"
        for _ in 0..<count {
            guard let socket = LoopbackSocket(port: port) else { throw BenchError("the host takes no connection") }
            clients.append(Client(socket: socket))
        }
    }

    /// Milliseconds from each request to the end of its answer. With `interval`, in microseconds, requests leave at that
    /// rhythm as long as a client is free; else as fast as answers come.
    mutating func run(_ requests: Int, every interval: Int = 0) throws -> [Double] {
        var figures: [Double] = []
        figures.reserveCapacity(requests)
        var sent = 0
        let began = ContinuousClock.now
        var places = clients.map { pollfd(fd: $0.socket.descriptor, events: Int16(POLLIN), revents: 0) }
        while figures.count < requests {
            for index in clients.indices where !clients[index].isBusy && sent < requests {
                if interval > 0, began + .microseconds(sent * interval) > .now { break }
                try send(from: index)
                sent += 1
            }
            let isPaced = interval > 0 && sent < requests && clients.contains { !$0.isBusy }
            let ready = poll(&places, nfds_t(places.count), isPaced ? 1 : Self.patience * 1_000)
            guard ready > 0 || isPaced else { throw BenchError("no answer came for \(Self.patience) s") }
            for index in places.indices where places[index].revents != 0 {
                if try receive(at: index) {
                    figures.append((ContinuousClock.now - clients[index].sentAt).milliseconds)
                    clients[index].isBusy = false
                }
            }
        }
        return figures
    }

    func close() { for client in clients { client.socket.close() } }

    private mutating func send(from index: Int) throws {
        clients[index].sentAt = .now
        clients[index].isBusy = true
        clients[index].received.removeAll(keepingCapacity: true)
        guard write(clients[index].socket.descriptor, request, request.count) == request.count else {
            throw BenchError("a request could not be sent")
        }
    }

    /// Whether the answer is whole.
    private mutating func receive(at index: Int) throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 8_192)
        let count = read(clients[index].socket.descriptor, &buffer, buffer.count)
        guard count > 0 else { throw BenchError("the host closed a connection") }
        clients[index].received += buffer[..<count]
        let text = clients[index].received
        guard let end = Self.endOfHead(text) else { return false }
        let head = String(decoding: text[..<end], as: UTF8.self)
        guard head.hasPrefix(status) else {
            throw BenchError("an answer was: \(String(decoding: text, as: UTF8.self))")
        }
        let length = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
        guard let length else { throw BenchError("an answer has no length: \(head)") }
        return text.count >= end + 4 + length
    }

    private static func endOfHead(_ text: [UInt8]) -> Int? {
        guard text.count >= 4 else { return nil }
        return (0...text.count - 4).first {
            text[$0] == 13 && text[$0 + 1] == 10 && text[$0 + 2] == 13 && text[$0 + 3] == 10
        }
    }
}
