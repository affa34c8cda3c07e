import PatchbayCore

extension Lexer {
    /// `12`, `12u`, `0x1F`, `1.5`, `.5`, `1e9`. A sign is an operator.
    mutating func number() throws(Fault) -> Token.Kind {
        let start = position
        if peek() == UInt8(ascii: "0"), peek(1).map({ $0 | 0x20 }) == UInt8(ascii: "x") {
            advance(2)
            return try whole(
                from: start, digits: skip(while: { Self.isDigit($0) || (0x61...0x66).contains($0 | 0x20) }), 16)
        }
        let digits = skip(while: Self.isDigit)
        var isWhole = true
        if peek() == UInt8(ascii: "."), peek(1).map(Self.isDigit) == true {
            isWhole = false
            advance()
            _ = skip(while: Self.isDigit)
        }
        if peek().map({ $0 | 0x20 }) == UInt8(ascii: "e") {
            let sign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-") ? 1 : 0
            guard peek(1 + sign).map(Self.isDigit) == true else {
                throw Fault(.syntax, "the number has no digits behind its exponent", at: start)
            }
            isWhole = false
            advance(1 + sign)
            _ = skip(while: Self.isDigit)
        }
        if isWhole { return try whole(from: start, digits: digits, 10) }
        try endOfNumber(from: start)
        let text = String(decoding: source[start..<position], as: UTF8.self)
        guard let number = Double(text), number.isFinite else {
            throw Fault(.syntax, "the number \(text.quoted) is too large for a double", at: start)
        }
        return .double(number)
    }

    private mutating func whole(from start: Int, digits: Range<Int>, _ radix: Int) throws(Fault) -> Token.Kind {
        let isUnsigned = peek().map { $0 | 0x20 } == UInt8(ascii: "u")
        if isUnsigned { advance() }
        try endOfNumber(from: start)
        let text = String(decoding: source[digits], as: UTF8.self)
        guard !text.isEmpty else { throw Fault(.syntax, "the number has no digits behind 0x", at: start) }
        guard let number = UInt64(text, radix: radix) else {
            throw Fault(.syntax, "the number \(text.quoted) does not fit 64 bits", at: start)
        }
        return isUnsigned ? .uint(number) : .int(number)
    }

    private mutating func skip(while matches: (UInt8) -> Bool) -> Range<Int> {
        let start = position
        while let byte = peek(), matches(byte) { advance() }
        return start..<position
    }

    private func endOfNumber(from start: Int) throws(Fault) {
        guard let byte = peek(), Self.isLetter(byte) || Self.isDigit(byte) else { return }
        let text = String(decoding: source[start...position], as: UTF8.self)
        throw Fault(
            .syntax, "\(text.quoted) is no number", hint: "put a space or an operator behind the number", at: start)
    }
}
