import Glibc
import PatchbayJSON

/// Answers standard input line by line: each holds one JSON value, and each is answered with one line, in order, as soon as
/// it is there. A line that cannot be read is answered too, with `{"error": {"message"}}`.
enum LineExchange {
    /// Bytes of one line. Longer ones are skipped and answered with an error.
    static let longest = 64 << 20
    /// Bytes of answers that are gathered while further lines are at hand.
    private static let gathered = 64 << 10

    static func run(_ answer: (JSON) -> JSON) throws {
        var lines = LineCutter(longest: longest)
        var answers: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw CommandFailure("standard input cannot be read: \(String(cString: strerror(errno))).")
            }
            let found = count == 0 ? lines.end() : lines.add(buffer[..<count])
            for line in found {
                answers += self.answer(line, answer).bytes() + [UInt8(ascii: "\n")]
                if answers.count >= gathered { try write(&answers) }
            }
            try write(&answers)
            if count == 0 { return }
        }
    }

    private static func answer(_ line: LineCutter.Line, _ answer: (JSON) -> JSON) -> JSON {
        switch line {
        case .tooLong:
            return ["error": ["message": .string("the line has more than \(longest >> 20) MiB")]]
        case .bytes(let bytes):
            do {
                return answer(try JSON(parsing: bytes))
            } catch {
                return ["error": ["message": .string("the line is not JSON: \(error.description)")]]
            }
        }
    }

    private static func write(_ bytes: inout [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written >= 0 else {
                throw CommandFailure("standard output cannot be written: \(String(cString: strerror(errno))).")
            }
            rest = rest.dropFirst(written)
        }
        bytes.removeAll(keepingCapacity: true)
    }
}
