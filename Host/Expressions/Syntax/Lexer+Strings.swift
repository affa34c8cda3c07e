extension Lexer {
    /// A string in `"` or `'`, or in three of them, where it may go over several lines. Raw strings know no escapes.
    mutating func string(isRaw: Bool) throws(Fault) -> String {
        let (start, quote) = (position, source[position])
        let length = peek(1) == quote && peek(2) == quote ? 3 : 1
        advance(length)
        var bytes: [UInt8] = []
        while let byte = peek() {
            if byte == quote, length == 1 || (peek(1) == quote && peek(2) == quote) {
                advance(length)
                // The source is a Swift string's UTF-8, and escapes give whole characters.
                return String(decoding: bytes, as: UTF8.self)
            }
            if length == 1, byte == 0x0A || byte == 0x0D { break }
            advance()
            if byte == UInt8(ascii: "\\"), !isRaw {
                bytes += try escape().utf8
            } else {
                bytes.append(byte)
            }
        }
        throw Fault(
            .syntax, "the string is not closed", hint: "end it with \(Character(Unicode.Scalar(quote)))", at: start)
    }

    /// What stands behind a backslash.
    private mutating func escape() throws(Fault) -> String {
        let start = position - 1
        guard let byte = peek() else { throw Fault(.syntax, "the string is not closed", at: start) }
        advance()
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "a"): return "\u{07}"
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "v"): return "\u{0B}"
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            return String(Character(Unicode.Scalar(byte)))
        case UInt8(ascii: "x"), UInt8(ascii: "X"): return try scalar(digits: 2, radix: 16, from: start)
        case UInt8(ascii: "u"): return try scalar(digits: 4, radix: 16, from: start)
        case UInt8(ascii: "U"): return try scalar(digits: 8, radix: 16, from: start)
        case 0x30...0x33:
            advance(-1)
            return try scalar(digits: 3, radix: 8, from: start)
        default:
            throw Fault(
                .syntax, "the string has an unknown escape", hint: "write \\\\ for a backslash", at: start)
        }
    }

    private mutating func scalar(digits count: Int, radix: Int, from start: Int) throws(Fault) -> String {
        let digits = source[position...].prefix(count)
        let text = String(decoding: digits, as: UTF8.self)
        guard digits.count == count, digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-"),
            let number = UInt32(text, radix: radix), let scalar = Unicode.Scalar(number)
        else {
            let kind = radix == 16 ? "hexadecimal" : "octal"
            throw Fault(.syntax, "the escape needs \(count) \(kind) digits of a Unicode character", at: start)
        }
        advance(count)
        return String(Character(scalar))
    }
}
