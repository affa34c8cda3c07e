extension Parser {
    /// An error at the cursor. Line and column are counted only now, so that reading does not pay for them.
    func failure(_ message: String) -> JSONError {
        failure(message, at: cursor)
    }

    @inline(never)
    func failure(_ message: String, at place: UnsafePointer<UInt8>) -> JSONError {
        let before = UnsafeBufferPointer(start: start, count: place - start)
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        return JSONError(message: message, offset: before.count, line: line, column: before.count - lineStart + 1)
    }

    /// What stands at the cursor, for a message.
    func found() -> String {
        found(at: cursor)
    }

    @inline(never)
    func found(at place: UnsafePointer<UInt8>) -> String {
        guard place < end else { return "the end of the text" }
        switch place.pointee {
        case UInt8(ascii: "\""): return "a quote"
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return "a line break"
        case let byte where 0x20..<0x7F ~= byte: return "\"\(Unicode.Scalar(byte))\""
        case let byte:
            let digits = String(byte, radix: 16, uppercase: true)
            return "byte 0x\(digits.count == 1 ? "0" : "")\(digits)"
        }
    }
}
