import PatchbayCore
import PatchbayJSON

/// Cuts an expression into words.
struct JMESPathLexer {
    /// As deep as a literal's arrays and objects may nest.
    private static let literalDepth = 200

    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// All words; the last is the end.
    mutating func tokens() throws(JMESPathError) -> [JMESPathToken] {
        var tokens: [JMESPathToken] = []
        while true {
            while place < bytes.count, Self.isSpace(bytes[place]) { place += 1 }
            let start = place
            guard place < bytes.count else {
                tokens.append(JMESPathToken(kind: .end, offset: start))
                return tokens
            }
            tokens.append(JMESPathToken(kind: try kind(), offset: start))
        }
    }

    private mutating func kind() throws(JMESPathError) -> JMESPathToken.Kind {
        let first = bytes[place]
        if Self.isNameStart(first) { return .name(name()) }
        if first == UInt8(ascii: "-") || Self.isDigit(first) { return try number() }
        place += 1
        switch Unicode.Scalar(first) {
        case ".": return .dot
        case "*": return .star
        case ",": return .comma
        case ":": return .colon
        case "@": return .current
        case "(": return .openParenthesis
        case ")": return .closeParenthesis
        case "{": return .openBrace
        case "}": return .closeBrace
        case "]": return .closeBracket
        case "[": return skip("]") ? .flatten : skip("?") ? .filter : .openBracket
        case "|": return skip("|") ? .or : .pipe
        case "&": return skip("&") ? .and : .ampersand
        case "!": return skip("=") ? .unequal : .not
        case "<": return skip("=") ? .lessOrEqual : .less
        case ">": return skip("=") ? .greaterOrEqual : .greater
        case "=": return skip("=") ? .equal : .assign
        case "$":
            guard place < bytes.count, Self.isNameStart(bytes[place]) else {
                throw failure("\"$\" needs the name of a variable after it", at: place - 1)
            }
            return .variable(name())
        case "\"": return try quotedName()
        case "'": return try rawString()
        case "`": return try literal()
        default:
            place -= 1
            let text = String(decoding: bytes[place..<min(place + 4, bytes.count)], as: UTF8.self)
            throw failure("\(String(text.prefix(1)).quoted) has no meaning here", at: place)
        }
    }

    private mutating func name() -> String {
        let start = place
        while place < bytes.count, Self.isNameStart(bytes[place]) || Self.isDigit(bytes[place]) { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func number() throws(JMESPathError) -> JMESPathToken.Kind {
        let start = place
        place += 1
        while place < bytes.count, Self.isDigit(bytes[place]) { place += 1 }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        guard text != "-" else { throw failure("\"-\" needs a digit after it", at: start) }
        guard let number = Int(text) else { throw failure("the number \(text.quoted) is too large", at: start) }
        return .number(number)
    }

    /// A name as a JSON string.
    private mutating func quotedName() throws(JMESPathError) -> JMESPathToken.Kind {
        let start = place - 1
        try skipText(to: UInt8(ascii: "\""), from: start, what: "name")
        do {
            let json = try JSON(parsing: Array(bytes[start..<place]))
            return .quotedName(json.string ?? "")
        } catch {
            throw failure(error.message, at: start + error.offset)
        }
    }

    /// Text as it stands; only `\'` means something else, a single quote.
    private mutating func rawString() throws(JMESPathError) -> JMESPathToken.Kind {
        let start = place - 1
        try skipText(to: UInt8(ascii: "'"), from: start, what: "string")
        return .literal(.string(String(decoding: text(from: start, without: UInt8(ascii: "'")), as: UTF8.self)))
    }

    /// JSON in backticks, those inside it escaped.
    private mutating func literal() throws(JMESPathError) -> JMESPathToken.Kind {
        let start = place - 1
        try skipText(to: UInt8(ascii: "`"), from: start, what: "literal")
        do {
            let text = text(from: start, without: UInt8(ascii: "`"))
            return .literal(try JSON(parsing: text, limits: JSONLimits(depth: Self.literalDepth)))
        } catch {
            throw failure(
                "the literal is no JSON: \(error.message)", at: start + 1 + error.offset,
                hint: "write text in single quotes, as in 'text'")
        }
    }

    /// To behind the closing quote. A backslash takes the character after it along.
    private mutating func skipText(to quote: UInt8, from start: Int, what: String) throws(JMESPathError) {
        while place < bytes.count, bytes[place] != quote { place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1 }
        guard place < bytes.count else {
            place = bytes.count
            throw failure("the \(what) has no end", at: start, hint: "close it with \(Unicode.Scalar(quote))")
        }
        place += 1
    }

    /// What stands between the quotes, without the backslashes before quotes of that kind.
    private func text(from start: Int, without quote: UInt8) -> [UInt8] {
        var text: [UInt8] = []
        var index = start + 1
        while index < place - 1 {
            if bytes[index] == UInt8(ascii: "\\") {
                if bytes[index + 1] != quote { text.append(bytes[index]) }
                index += 1
            }
            text.append(bytes[index])
            index += 1
        }
        return text
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    private func failure(_ message: String, at offset: Int, hint: String? = nil) -> JMESPathError {
        JMESPathError(code: .syntax, message: message, hint: hint, offset: offset)
    }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
