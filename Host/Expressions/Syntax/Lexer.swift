import PatchbayCore

/// Cuts a text into tokens, one at a time, from any place in it: the text around an expression is never looked at.
struct Lexer {
    let source: [UInt8]
    let dialect: Dialect
    private(set) var position: Int

    init(_ source: [UInt8], from position: Int = 0, dialect: Dialect = .cel) {
        self.source = source
        self.position = position
        self.dialect = dialect
    }

    mutating func next() throws(Fault) -> Token {
        skipSpace()
        let start = position
        guard let byte = peek() else { return Token(kind: .end, range: start..<start) }
        let kind: Token.Kind
        if isNameStart(byte) {
            kind = try wordOrText()
        } else if Self.isDigit(byte) || (byte == UInt8(ascii: ".") && peek(1).map(Self.isDigit) == true) {
            kind = try number()
        } else if Self.isQuote(byte) {
            kind = try text(isRaw: false, isBytes: false)
        } else if byte == UInt8(ascii: "`") {
            kind = try quotedName()
        } else {
            kind = .symbol(try symbol())
        }
        return Token(kind: kind, range: start..<position)
    }

    func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < source.count ? source[position + distance] : nil
    }

    mutating func advance(_ count: Int = 1) { position += count }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    static func isLetter(_ byte: UInt8) -> Bool { (byte & 0xDF >= 0x41 && byte & 0xDF <= 0x5A) || byte == 0x5F }
    static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    // MARK: Words and symbols

    private func isNameStart(_ byte: UInt8) -> Bool {
        if Self.isLetter(byte) { return true }
        return byte == UInt8(ascii: "$") && dialect == .templates && peek(1).map(Self.isLetter) == true
    }

    /// Whether the token that comes next is `=>`.
    var isArrowNext: Bool {
        var ahead = self
        ahead.skipSpace()
        return ahead.peek() == UInt8(ascii: "=") && ahead.peek(1) == UInt8(ascii: ">")
    }

    /// White space, and comments from `//` to the end of the line.
    mutating func skipSpace() {
        while let byte = peek() {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0C, 0x0D: advance()
            case UInt8(ascii: "/") where peek(1) == byte:
                while let byte = peek(), byte != 0x0A { advance() }
            default: return
            }
        }
    }

    /// A name, or what stands in quotes behind the prefixes r, b and br.
    private mutating func wordOrText() throws(Fault) -> Token.Kind {
        let first = source[position] | 0x20
        if first == UInt8(ascii: "r") || first == UInt8(ascii: "b"), let second = peek(1) {
            if Self.isQuote(second) {
                advance()
                return try text(isRaw: first == UInt8(ascii: "r"), isBytes: first == UInt8(ascii: "b"))
            }
            if first == UInt8(ascii: "b"), second | 0x20 == UInt8(ascii: "r"), peek(2).map(Self.isQuote) == true {
                advance(2)
                return try text(isRaw: true, isBytes: true)
            }
        }
        let start = position
        advance()
        while let byte = peek(), Self.isLetter(byte) || Self.isDigit(byte) { advance() }
        return .identifier(String(decoding: source[start..<position], as: UTF8.self))
    }

    /// Letters, digits and `_ . - / ` in backquotes.
    private mutating func quotedName() throws(Fault) -> Token.Kind {
        let start = position
        advance()
        while let byte = peek(), byte != UInt8(ascii: "`") {
            guard Self.isLetter(byte) || Self.isDigit(byte) || "-./ ".utf8.contains(byte) else { break }
            advance()
        }
        guard peek() == UInt8(ascii: "`"), position > start + 1 else {
            throw Fault(
                .syntax, "a name in backquotes has letters, digits and _ . - / only, and ends with a backquote",
                hint: "strings stand in \" or '", at: start)
        }
        advance()
        return .quotedName(String(decoding: source[start + 1..<position - 1], as: UTF8.self))
    }

    private mutating func symbol() throws(Fault) -> Token.Symbol {
        guard let symbol = longestSymbol() else { throw unexpectedCharacter() }
        advance(symbol.rawValue.utf8.count)
        return symbol
    }

    private func longestSymbol() -> Token.Symbol? {
        let second = peek(1)
        switch source[position] {
        case UInt8(ascii: "="):
            if second == UInt8(ascii: "=") { return .equal }
            return second == UInt8(ascii: ">") && dialect == .templates ? .arrow : nil
        case UInt8(ascii: "!"): return second == UInt8(ascii: "=") ? .notEqual : .not
        case UInt8(ascii: "<"): return second == UInt8(ascii: "=") ? .lessOrEqual : .less
        case UInt8(ascii: ">"): return second == UInt8(ascii: "=") ? .greaterOrEqual : .greater
        case UInt8(ascii: "&"): return second == UInt8(ascii: "&") ? .and : nil
        case UInt8(ascii: "|"): return second == UInt8(ascii: "|") ? .or : nil
        case UInt8(ascii: "+"): return .plus
        case UInt8(ascii: "-"): return .minus
        case UInt8(ascii: "*"): return .times
        case UInt8(ascii: "/"): return .divide
        case UInt8(ascii: "%"): return .modulo
        case UInt8(ascii: "?"): return .question
        case UInt8(ascii: ":"): return .colon
        case UInt8(ascii: ","): return .comma
        case UInt8(ascii: "."): return .dot
        case UInt8(ascii: "("): return .openParenthesis
        case UInt8(ascii: ")"): return .closeParenthesis
        case UInt8(ascii: "["): return .openBracket
        case UInt8(ascii: "]"): return .closeBracket
        case UInt8(ascii: "{"): return .openBrace
        case UInt8(ascii: "}"): return .closeBrace
        default: return nil
        }
    }

    private func unexpectedCharacter() -> Fault {
        let hint: String? =
            switch source[position] {
            case UInt8(ascii: "="): "write == to compare"
            case UInt8(ascii: "&"): "write && for and"
            case UInt8(ascii: "|"): "write || for or"
            case UInt8(ascii: "$"): "a name begins with a letter"
            default: nil
            }
        return Fault(.syntax, "unexpected character \(character(at: position).quoted)", hint: hint, at: position)
    }

    private func character(at position: Int) -> String {
        let text = String(decoding: source[position...].prefix(4), as: UTF8.self)
        return String(text.unicodeScalars.prefix(1))
    }
}
