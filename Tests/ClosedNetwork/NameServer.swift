import Glibc
import Synchronization

/// A server of DNS (RFC 1035) on 127.0.0.1:53 that answers each question about a name otherwise than the one before, with a
/// time to live of zero. The last answer is repeated.
final class NameServer: Sendable {
    /// Records: addresses as texts, or `cname <name>`, whose own records follow in the answer.
    typealias Answer = [String]

    private struct State {
        var asked: [String: Int] = [:]
        var questions: [String] = []
    }

    private let state = Mutex(State())
    private let zone: [String: [Answer]]

    /// Names with the kind of record that was asked for, such as `a.example A`.
    var questions: [String] { state.withLock { $0.questions } }

    init(_ zone: [String: [Answer]]) throws {
        self.zone = zone
        let socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = UInt16(53).bigEndian
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isBound = withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard socket >= 0, isBound else { throw Loopback.Failure(step: "listening on port 53") }
        BackgroundThread.start { [self] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                var sender = sockaddr_in()
                var size = socklen_t(MemoryLayout<sockaddr_in>.size)
                withUnsafeMutablePointer(to: &sender) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                        let count = recvfrom(socket, &buffer, buffer.count, 0, pointer, &size)
                        guard count > 12, let answer = answer(to: Array(buffer[..<count])) else { return }
                        sendto(socket, answer, answer.count, 0, pointer, size)
                    }
                }
            }
        }
    }

    private static let (a, cname, aaaa): (UInt16, UInt16, UInt16) = (1, 5, 28)

    private func answer(to question: [UInt8]) -> [UInt8]? {
        var labels: [String] = []
        var index = 12
        while index < question.count, question[index] > 0 {
            let end = index + 1 + Int(question[index])
            guard end < question.count else { return nil }
            labels.append(String(decoding: question[index + 1..<end], as: UTF8.self).lowercased())
            index = end
        }
        guard index + 4 < question.count else { return nil }
        let kind = UInt16(question[index + 1]) << 8 | UInt16(question[index + 2])
        let name = labels.joined(separator: ".")
        let records = records(of: name, kind)
        state.withLock {
            $0.questions.append("\(name) \(kind == Self.aaaa ? "AAAA" : kind == Self.a ? "A" : "\(kind)")")
        }
        let isKnown = zone[name] != nil
        // A response with recursion, without error or with NXDOMAIN; one question, and the records.
        let head =
            question[..<2] + [0x81, isKnown ? 0x80 : 0x83, 0, 1] + Self.bytes(UInt16(records.count)) + [0, 0, 0, 0]
        return Array(head) + question[12..<index + 5] + records.flatMap { $0 }
    }

    /// In wire form, of that kind, behind the names that lead to them.
    private func records(of name: String, _ kind: UInt16, depth: Int = 0) -> [[UInt8]] {
        guard let answers = zone[name], !answers.isEmpty, depth < 16 else { return [] }
        let turn = state.withLock { state in
            defer { state.asked["\(name) \(kind)", default: 0] += 1 }
            return state.asked["\(name) \(kind)", default: 0]
        }
        return answers[min(turn, answers.count - 1)].flatMap { record -> [[UInt8]] in
            if record.hasPrefix("cname ") {
                let target = String(record.dropFirst(6))
                return [Self.record(name, Self.cname, Self.wire(target))] + records(of: target, kind, depth: depth + 1)
            }
            let isV6 = record.contains(":")
            guard kind == (isV6 ? Self.aaaa : Self.a) else { return [] }
            var address = [UInt8](repeating: 0, count: isV6 ? 16 : 4)
            inet_pton(isV6 ? AF_INET6 : AF_INET, record, &address)
            return [Self.record(name, kind, address)]
        }
    }

    private static func record(_ name: String, _ kind: UInt16, _ data: [UInt8]) -> [UInt8] {
        wire(name) + bytes(kind) + [0, 1, 0, 0, 0, 0] + bytes(UInt16(data.count)) + data
    }

    private static func wire(_ name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    private static func bytes(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }
}
