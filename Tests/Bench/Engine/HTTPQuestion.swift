import Glibc
import PatchbayJSON

/// One request on a connection of its own, for what a measurement needs before it begins.
enum HTTPQuestion {
    /// The answer's headers, names in lower case, and its body.
    struct Answer {
        var headers: [(name: String, value: String)]
        var body: JSON

        /// What a cookie was set to.
        func cookie(_ name: String) -> String? {
            headers.first { $0.name == "set-cookie" && $0.value.hasPrefix(name + "=") }
                .map { String($0.value.dropFirst(name.utf8.count + 1).prefix { $0 != ";" }) }
        }
    }

    /// What is sent.
    static func request(_ path: String, _ body: JSON, headers: [String]) -> [UInt8] {
        let content = body.text
        let head =
            [
                "POST /api/v1\(path) HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json",
                "Content-Length: \(content.utf8.count)",
            ] + headers + ["", ""]
        return Array((head.joined(separator: "\r\n") + content).utf8)
    }

    static func post(_ path: String, _ body: JSON, headers: [String], at port: UInt16) throws -> Answer {
        guard let socket = LoopbackSocket(port: port) else { throw BenchError("the host takes no connection") }
        defer { socket.close() }
        let request = request(path, body, headers: ["Connection: close"] + headers)
        guard write(socket.descriptor, request, request.count) == request.count else {
            throw BenchError("a request could not be sent")
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 8_192)
        while case let count = read(socket.descriptor, &buffer, buffer.count), count > 0 {
            received += buffer[..<count]
        }
        let text = String(decoding: received, as: UTF8.self)
        guard text.hasPrefix("HTTP/1.1 20"), let end = text.firstRange(of: "\r\n\r\n") else {
            throw BenchError("\(path) was answered with: \(text.prefix(300))")
        }
        let fields = text[..<end.lowerBound].split(separator: "\r\n").dropFirst().map { line in
            let halves = line.split(separator: ":", maxSplits: 1)
            return (name: halves[0].lowercased(), value: String((halves.last ?? "").drop { $0 == " " }))
        }
        return Answer(headers: fields, body: (try? JSON(parsing: Array(text[end.upperBound...].utf8))) ?? .null)
    }
}
