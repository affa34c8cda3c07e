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
    private let status: [UInt8]
    private var buffer = [UInt8](repeating: 0, count: 8_192)

    /// - Parameter status: What each answer has to have.
    init(_ count: Int, port: UInt16, request: [UInt8], status: Int) throws {
        self.request = request
        self.status = Array("HTTP/1.1 \(status)".utf8)
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

    /// Whether the answer is whole. Looks at bytes only, since what this program takes is missing to the host.
    private mutating func receive(at index: Int) throws -> Bool {
        let count = clients[index].socket.read(into: &buffer)
        guard count > 0 else { throw BenchError("the host closed a connection") }
        clients[index].received += buffer[..<count]
        guard let length = AnswerFrame.length(of: clients[index].received) else { return false }
        guard clients[index].received.starts(with: status) else {
            throw BenchError("an answer was: \(String(decoding: clients[index].received, as: UTF8.self))")
        }
        return clients[index].received.count >= length
    }
}

/// How long an answer is that begins with these bytes.
private enum AnswerFrame {
    private static let name = Array("\r\ncontent-length:".utf8)

    /// Head and body; nil while the head is not whole. An answer without a length is as long as its head.
    static func length(of bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            var length = 0
            var place = 0
            while place + 3 < bytes.count {
                guard bytes[place] == 13 else {
                    place += 1
                    continue
                }
                if bytes[place + 1] == 10, bytes[place + 2] == 13, bytes[place + 3] == 10 { return place + 4 + length }
                if isName(bytes, at: place) {
                    for byte in bytes[(place + name.count)...].drop(while: { $0 == 32 }) {
                        guard (48...57).contains(byte) else { break }
                        length = length * 10 + Int(byte) - 48
                    }
                }
                place += 1
            }
            return nil
        }
    }

    private static func isName(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
        guard place + name.count < bytes.count else { return false }
        // Letters differ from their capitals by this bit; the others of the name have it too, or are compared as they are.
        return name.indices.allSatisfy { index in
            let byte = bytes[place + index]
            return byte == name[index] || (65...90).contains(byte) && byte | 32 == name[index]
        }
    }
}
