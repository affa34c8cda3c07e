extension Parser {
    /// The rest of a string whose opening quote has been read, with its closing quote.
    mutating func string() throws(JSONError) -> String {
        let first = cursor
        skipPlain()
        guard cursor < end else { throw failure("found the end of the text, expected the closing quote of a string") }
        if cursor.pointee == UInt8(ascii: "\"") {
            let bytes = UnsafeBufferPointer(start: first, count: cursor - first)
            guard let text = String(validating: bytes, as: UTF8.self) else { throw notUTF8(first) }
            cursor += 1
            return text
        }
        return try escaped(from: first)
    }

    /// A string that has at least one escape: the cursor stands on the first byte that is not plain.
    private mutating func escaped(from first: UnsafePointer<UInt8>) throws(JSONError) -> String {
        scratch.removeAll(keepingCapacity: true)
        var plain = first
        while true {
            scratch.append(contentsOf: UnsafeBufferPointer(start: plain, count: cursor - plain))
            guard cursor < end else {
                throw failure("found the end of the text, expected the closing quote of a string")
            }
            switch cursor.pointee {
            case UInt8(ascii: "\""):
                guard let text = String(validating: scratch, as: UTF8.self) else { throw notUTF8(first) }
                cursor += 1
                return text
            case UInt8(ascii: "\\"):
                try escape()
            default:
                throw failure("found \(found()) inside a string, expected it escaped, as \"\\n\" or \"\\u0000\"")
            }
            plain = cursor
            skipPlain()
        }
    }

    /// Stops at a quote, a backslash or a control character.
    @inline(__always)
    private mutating func skipPlain() {
        cursor += UnsafeBufferPointer(start: cursor, count: end - cursor).firstEscaped(from: 0)
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

    /// Names the first byte from `first` on that cannot stand in UTF-8. Escapes are ASCII, so the raw text is looked at.
    private func notUTF8(_ first: UnsafePointer<UInt8>) -> JSONError {
        let bytes = UnsafeBufferPointer(start: first, count: cursor - first)
        var decoder = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var valid = 0
        while case .valid(let scalar) = decoder.parseScalar(from: &iterator) { valid += scalar.count }
        return failure("found \(found(at: first + valid)), which is no UTF-8", at: first + valid)
    }
}
