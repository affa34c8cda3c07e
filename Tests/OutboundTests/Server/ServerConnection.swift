import Glibc

/// One connection of a test's server.
struct ServerConnection {
    private let descriptor: Int32
    private let number: Int
    private let log: LoopbackServer.Log
    private let handler: LoopbackServer.Handler

    init(_ descriptor: Int32, number: Int, log: LoopbackServer.Log, handler: @escaping LoopbackServer.Handler) {
        self.descriptor = descriptor
        self.number = number
        self.log = log
        self.handler = handler
    }

    func serve() {
        defer { close(descriptor) }
        var buffer: [UInt8] = []
        while let request = readRequest(&buffer) {
            log.add(request)
            switch handler(request) {
            case .reply(let status, let headers, let body):
                var head = "HTTP/1.1 \(status) Answer\r\nContent-Length: \(body.count)\r\n"
                for (name, value) in headers { head += "\(name): \(value)\r\n" }
                send(Array((head + "\r\n").utf8) + (request.method == "HEAD" ? [] : body))
            case .raw(let bytes):
                send(bytes)
                return
            case .hangUp: return
            case .silence:
                while readMore(&buffer) {}
                return
            }
        }
    }

    private func readRequest(_ buffer: inout [UInt8]) -> ReceivedRequest? {
        let separator = Array("\r\n\r\n".utf8)
        var end: Int?
        while end == nil {
            end = buffer.indices.first { buffer[$0...].starts(with: separator) }
            // A TLS handshake: servers without TLS answer so.
            if buffer.first == 0x16 {
                send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
                return nil
            }
            if end == nil, !readMore(&buffer) { return nil }
        }
        let lines = String(decoding: buffer[..<end!], as: UTF8.self).split(separator: "\r\n")
        buffer.removeFirst(end! + separator.count)
        let words = lines[0].split(separator: " ")
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(parts[0]), value: String(parts[1].drop { $0 == " " }))
        }
        var request = ReceivedRequest(
            method: String(words[0]), target: String(words[1]), headers: headers, body: [], connection: number)
        let length = Int(request.header("content-length") ?? "0")!
        while buffer.count < length { if !readMore(&buffer) { return nil } }
        request.body = Array(buffer[..<length])
        buffer.removeFirst(length)
        return request
    }

    private func readMore(_ buffer: inout [UInt8]) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer += chunk[..<count]
        return true
    }

    private func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }
}
