extension Lexer {
    /// A string or bytes in `"` or `'`, or in three of them, where it may go over several lines. Raw ones know no escapes.
    mutating func text(isRaw: Bool, isBytes: Bool) throws(Fault) -> Token.Kind {
        let (start, quote) = (position, source[position])
        let length = peek(1) == quote && peek(2) == quote ? 3 : 1
        advance(length)
        var bytes: [UInt8] = []
        while let byte = peek() {
            if byte == quote, length == 1 || (peek(1) == quote && peek(2) == quote) {
                advance(length)
                // The source is a Swift string's UTF-8, and escapes of strings give whole characters.
                return isBytes ? .bytes(bytes) : .string(String(decoding: bytes, as: UTF8.self))
            }
            if length == 1, byte == 0x0A || byte == 0x0D { break }
            advance()
            if byte == UInt8(ascii: "\\"), !isRaw {
                try escape(isBytes: isBytes, into: &bytes)
            } else {
                bytes.append(byte)
            }
        }
        throw Fault(
            .syntax, "the \(isBytes ? "bytes are" : "string is") not closed",
            hint: "end \(isBytes ? "them" : "it") with \(Character(Unicode.Scalar(quote)))", at: start)
    }

    /// What stands behind a backslash. Numbers are code points in strings, and bytes in bytes.
    private mutating func escape(isBytes: Bool, into bytes: inout [UInt8]) throws(Fault) {
        let start = position - 1
        guard let byte = peek() else { throw Fault(.syntax, "the string is not closed", at: start) }
        advance()
        switch byte {
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "a"): bytes.append(0x07)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "v"): bytes.append(0x0B)
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            bytes.append(byte)
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            try number(digits: 2, radix: 16, from: start, isBytes: isBytes, into: &bytes)
        case UInt8(ascii: "u") where !isBytes:
            try number(digits: 4, radix: 16, from: start, isBytes: false, into: &bytes)
        case UInt8(ascii: "U") where !isBytes:
            try number(digits: 8, radix: 16, from: start, isBytes: false, into: &bytes)
        case 0x30...0x33:
            advance(-1)
            try number(digits: 3, radix: 8, from: start, isBytes: isBytes, into: &bytes)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            throw Fault(
                .syntax, "bytes have no escapes of characters", hint: "write the bytes of the character as \\x…",
                at: start)
        default:
            throw Fault(
                .syntax, "the \(isBytes ? "bytes have" : "string has") an unknown escape",
                hint: "write \\\\ for a backslash", at: start)
        }
    }

    private mutating func number(
        digits count: Int, radix: Int, from start: Int, isBytes: Bool, into bytes: inout [UInt8]
    ) throws(Fault) {
        let digits = source[position...].prefix(count)
        let text = String(decoding: digits, as: UTF8.self)
        let what = isBytes ? "byte" : "Unicode character"
        guard digits.count == count, digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-"),
            let number = UInt32(text, radix: radix), let scalar = Unicode.Scalar(number)
        else {
            let kind = radix == 16 ? "hexadecimal" : "octal"
            throw Fault(.syntax, "the escape needs \(count) \(kind) digits of a \(what)", at: start)
        }
        advance(count)
        if isBytes {
            // Two hexadecimal digits, or three octal ones of which the first is at most 3: never more than 255.
            bytes.append(UInt8(truncatingIfNeeded: number))
        } else {
            bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
        }
    }
}
