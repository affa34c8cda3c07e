import PatchbayCore

/// Cuts a text into tokens, one at a time, from any place in it: the text around an expression is never looked at.
struct Lexer {
    let source: [UInt8]
    private(set) var position: Int

    init(_ source: [UInt8], from position: Int = 0) {
        self.source = source
        self.position = position
    }

    mutating func next() throws(Fault) -> Token {
        skipSpace()
        let start = position
        guard let byte = peek() else { return Token(kind: .end, range: start..<start) }
        let kind: Token.Kind
        if Self.isLetter(byte) {
            kind = try wordOrString()
        } else if Self.isDigit(byte) || (byte == UInt8(ascii: ".") && peek(1).map(Self.isDigit) == true) {
            kind = try number()
        } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            kind = .string(try string(isRaw: false))
        } else {
            kind = .symbol(try symbol())
        }
        return Token(kind: kind, range: start..<position)
    }

    func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < source.count ? source[position + distance] : nil
    }

    mutating func advance(_ count: Int = 1) { position += count }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) || byte == 0x5F }

    // MARK: Words and symbols

    /// White space, and comments from `//` to the end of the line.
    private mutating func skipSpace() {
        while let byte = peek() {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0C, 0x0D: advance()
            case UInt8(ascii: "/") where peek(1) == byte:
                while let byte = peek(), byte != 0x0A { advance() }
            default: return
            }
        }
    }

    private mutating func wordOrString() throws(Fault) -> Token.Kind {
        if let quote = peek(1), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
            peek() == UInt8(ascii: "r") || peek() == UInt8(ascii: "R")
        {
            advance()
            return .string(try string(isRaw: true))
        }
        let start = position
        while let byte = peek(), Self.isLetter(byte) || Self.isDigit(byte) { advance() }
        return .identifier(String(decoding: source[start..<position], as: UTF8.self))
    }

    private mutating func symbol() throws(Fault) -> Token.Symbol {
        for symbol in Token.Symbol.allCases where source[position...].starts(with: symbol.rawValue.utf8) {
            advance(symbol.rawValue.utf8.count)
            return symbol
        }
        let hint: String? =
            switch peek() {
            case UInt8(ascii: "="): "write == to compare"
            case UInt8(ascii: "&"): "write && for and"
            case UInt8(ascii: "|"): "write || for or"
            case UInt8(ascii: "$"): "names are written without $: trigger, steps, input, env, run, workflow"
            case UInt8(ascii: "`"): "strings stand in \" or '"
            default: nil
            }
        throw Fault(.syntax, "unexpected character \(character(at: position).quoted)", hint: hint, at: position)
    }

    private func character(at position: Int) -> String {
        let text = String(decoding: source[position...].prefix(4), as: UTF8.self)
        return String(text.unicodeScalars.prefix(1))
    }
}
