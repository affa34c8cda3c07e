extension Parser {
    /// The rest of a string whose opening quote has been read, with its closing quote.
    mutating func string() throws(JSONError) -> String {
        let first = cursor
        let isASCII = skipPlain()
        guard cursor < end else { throw failure("found the end of the text, expected the closing quote of a string") }
        guard cursor.pointee == UInt8(ascii: "\"") else { return try escaped(from: first, isASCII: isASCII) }
        if !isASCII { try checkUTF8(from: first) }
        let text = String(decoding: UnsafeBufferPointer(start: first, count: cursor - first), as: UTF8.self)
        cursor += 1
        return text
    }

    /// A string that has at least one escape: the cursor stands on the first byte that is not plain.
    private mutating func escaped(from first: UnsafePointer<UInt8>, isASCII: Bool) throws(JSONError) -> String {
        var isASCII = isASCII
        scratch.removeAll(keepingCapacity: true)
        var plain = first
        while true {
            scratch.append(contentsOf: UnsafeBufferPointer(start: plain, count: cursor - plain))
            guard cursor < end else {
                throw failure("found the end of the text, expected the closing quote of a string")
            }
            switch cursor.pointee {
            case UInt8(ascii: "\""):
                if !isASCII { try checkUTF8(from: first) }
                cursor += 1
                return String(decoding: scratch, as: UTF8.self)
            case UInt8(ascii: "\\"):
                try escape()
            default:
                throw failure("found \(found()) inside a string, expected it escaped, as \"\\n\" or \"\\u0000\"")
            }
            plain = cursor
            if !skipPlain() { isASCII = false }
        }
    }

    /// Stops at a quote, a backslash or a control character. Answers whether all before it is ASCII.
    @inline(__always)
    private mutating func skipPlain() -> Bool {
        let stop = UnsafeBufferPointer(start: cursor, count: end - cursor).firstEscaped(from: 0)
        cursor += stop.place
        return stop.isASCII
    }

    /// One escape into the scratch buffer; the cursor stands on its backslash.
    private mutating func escape() throws(JSONError) {
        guard end - cursor >= 2 else { throw failure("found the end of the text inside an escape", at: end) }
        let byte: UInt8
        switch cursor[1] {
        case UInt8(ascii: "\""): byte = UInt8(ascii: "\"")
        case UInt8(ascii: "\\"): byte = UInt8(ascii: "\\")
        case UInt8(ascii: "/"): byte = UInt8(ascii: "/")
        case UInt8(ascii: "b"): byte = 0x08
        case UInt8(ascii: "f"): byte = 0x0C
        case UInt8(ascii: "n"): byte = 0x0A
        case UInt8(ascii: "r"): byte = 0x0D
        case UInt8(ascii: "t"): byte = 0x09
        case UInt8(ascii: "u"): return scratch.append(contentsOf: String(try unicodeEscape()).utf8)
        default:
            throw failure(
                "found \(found(at: cursor + 1)) after a backslash, expected one of \" \\ / b f n r t u", at: cursor + 1)
        }
        scratch.append(byte)
        cursor += 2
    }

    /// `\u` with four hexadecimal digits, or two of them that are a surrogate pair.
    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let first = cursor
        let unit = try hexadecimal()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00 else {
            throw failure("found the second half of a surrogate pair without its first half", at: first)
        }
        guard end - cursor >= 2, cursor[0] == UInt8(ascii: "\\"), cursor[1] == UInt8(ascii: "u") else {
            throw failure("found the first half of a surrogate pair without its second half", at: first)
        }
        let second = try hexadecimal()
        guard 0xDC00...0xDFFF ~= second else {
            throw failure("found the first half of a surrogate pair without its second half", at: first)
        }
        return Unicode.Scalar(0x1_0000 + (unit - 0xD800) << 10 + (second - 0xDC00))!
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        cursor += 2
        var unit: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch cursor < end ? cursor.pointee : 0 {
            case let byte where UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte: digit = byte - UInt8(ascii: "0")
            case let byte where UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte: digit = byte - UInt8(ascii: "a") + 10
            case let byte where UInt8(ascii: "A")...UInt8(ascii: "F") ~= byte: digit = byte - UInt8(ascii: "A") + 10
            default: throw failure("found \(found()), expected four hexadecimal digits after \"\\u\"")
            }
            unit = unit << 4 | UInt32(digit)
            cursor += 1
        }
        return unit
    }

    /// Refuses what is no UTF-8 between `first` and the cursor. Escapes are ASCII, so the text may be checked as it is.
    private func checkUTF8(from first: UnsafePointer<UInt8>) throws(JSONError) {
        guard let wrong = UnsafeBufferPointer(start: first, count: cursor - first).firstNotUTF8 else { return }
        throw failure("found \(found(at: first + wrong)), which is no UTF-8 here", at: first + wrong)
    }
}
