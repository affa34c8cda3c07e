import PatchbayJSON

extension JSONPathParser {
    /// A text in single or double quotes, with the escapes of JSON and of the quote around it.
    mutating func string() throws(JSONPathError) -> String {
        let start = position
        let quote = bytes[position]
        position += 1
        var text: [UInt8] = []
        while let byte = peek() {
            position += 1
            switch byte {
            case quote: return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(quote, into: &text)
            case 0..<0x20:
                position -= 1
                throw expected("an escape for it, such as \\n")
            default: text.append(byte)
            }
        }
        throw JSONPathError(.syntax, "a text begins here and does not end", at: start)
    }

    private mutating func escape(_ quote: UInt8, into text: inout [UInt8]) throws(JSONPathError) {
        guard let byte = peek() else { throw expected("the rest of an escape") }
        position += 1
        switch byte {
        case quote, UInt8(ascii: "/"), UInt8(ascii: "\\"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += String(try unicodeEscape()).utf8
        default:
            position -= 1
            throw expected("one of b f n r t u / \\ and the quote after a backslash")
        }
    }

    private mutating func unicodeEscape() throws(JSONPathError) -> Character {
        let start = position - 2
        let first = try hexadecimal()
        var value = first
        if 0xD800...0xDBFF ~= first {
            guard next(are: "\\u") else { throw halfPair(start) }
            let second = try hexadecimal()
            guard 0xDC00...0xDFFF ~= second else { throw halfPair(start) }
            value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw halfPair(start) }
        return Character(scalar)
    }

    private func halfPair(_ start: Int) -> JSONPathError {
        JSONPathError(.syntax, "this is half of a surrogate pair, the other half is missing", at: start)
    }

    private mutating func hexadecimal() throws(JSONPathError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw expected("four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    /// A number as JSON has it, and `-0`.
    mutating func number() throws(JSONPathError) -> JSON {
        let start = position
        _ = next(is: "-")
        let whole = digits()
        guard whole > 0 else { throw expected("a digit") }
        if whole > 1, bytes[position - whole] == UInt8(ascii: "0") {
            throw JSONPathError(.syntax, "a number has no leading zeros", at: start)
        }
        if next(is: "."), digits() == 0 { throw expected("a digit") }
        if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if !next(is: "+") { _ = next(is: "-") }
            if digits() == 0 { throw expected("a digit") }
        }
        guard let value = try? JSON(parsing: Array(bytes[start..<position])) else {
            throw JSONPathError(.syntax, "this number is too large", at: start)
        }
        return value
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = peek(), byte.isDigit { position += 1 }
        return position - start
    }
}
