/// Cuts an expression of JavaScript into tokens (ECMA-262, section 12).
struct ScriptLexer {
    private let source: [Unicode.Scalar]
    private var position = 0
    /// What a `/` behind the last token means depends on it.
    private var last: ScriptToken = .end

    /// Longest first.
    private static let signs = [
        ">>>=", "...", "===", "!==", "**=", "&&=", "||=", "??=", ">>>", "=>", "==", "!=", "<=", ">=", "&&", "||", "??",
        "?.",
        "++", "--", "+=", "-=", "*=", "/=", "%=", "**", "<<", ">>", "{", "}", "(", ")", "[", "]", ".", ";", ",", "<",
        ">",
        "+", "-", "*", "/", "%", "&", "|", "^", "!", "~", "?", ":", "=",
    ].map { Array($0.unicodeScalars) }

    init(_ text: String) { source = Array(text.unicodeScalars) }

    static func tokens(of text: String) throws(ScriptFault) -> [ScriptToken] {
        var lexer = ScriptLexer(text)
        var tokens: [ScriptToken] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token == .end { return tokens }
        }
    }

    private mutating func next() throws(ScriptFault) -> ScriptToken {
        try skipBlanks()
        let token = try read()
        last = token
        return token
    }

    private func scalar(_ offset: Int = 0) -> Unicode.Scalar? {
        position + offset < source.count ? source[position + offset] : nil
    }

    private mutating func skipBlanks() throws(ScriptFault) {
        while let next = scalar() {
            if next.properties.isWhitespace {
                position += 1
            } else if next == "/", scalar(1) == "/" {
                while let next = scalar(), next != "\n" { position += 1 }
            } else if next == "/", scalar(1) == "*" {
                position += 2
                while scalar() != "*" || scalar(1) != "/" {
                    guard scalar() != nil else { throw ScriptFault(message: "a comment is not closed") }
                    position += 1
                }
                position += 2
            } else {
                return
            }
        }
    }

    private mutating func read() throws(ScriptFault) -> ScriptToken {
        guard let first = scalar() else { return .end }
        if Self.beginsName(first) { return .name(take(while: Self.continuesName)) }
        if Self.isDigit(first) || (first == "." && scalar(1).map(Self.isDigit) ?? false) { return number() }
        switch first {
        case "\"", "'": return .text(try text(closing: first))
        case "`": return try template()
        case "/" where !isBehindValue: return try pattern()
        default: break
        }
        for sign in Self.signs where source[position...].starts(with: sign) {
            // `a?.5:b` is a conditional.
            if sign == ["?", "."], scalar(2).map(Self.isDigit) ?? false { continue }
            position += sign.count
            return .sign(String(String.UnicodeScalarView(sign)))
        }
        throw ScriptFault(message: "the character \(first) has no place in an expression")
    }

    private var isBehindValue: Bool {
        switch last {
        case .name(let name): !["typeof", "return", "in", "of", "void"].contains(name)
        case .number, .text, .template, .pattern: true
        case .sign(let sign): [")", "]", "}"].contains(sign)
        case .end: false
        }
    }

    private static func beginsName(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "$" || scalar == "_" || scalar.properties.isAlphabetic
    }

    private static func continuesName(_ scalar: Unicode.Scalar) -> Bool { beginsName(scalar) || isDigit(scalar) }
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private mutating func take(while condition: (Unicode.Scalar) -> Bool) -> String {
        var taken = String.UnicodeScalarView()
        while let next = scalar(), condition(next) {
            taken.append(next)
            position += 1
        }
        return String(taken)
    }

    private mutating func number() -> ScriptToken {
        let digits = take { Self.continuesName($0) || $0 == "." }
        return .number(digits.filter { $0 != "_" })
    }

    private mutating func text(closing quote: Unicode.Scalar) throws(ScriptFault) -> String {
        position += 1
        var text = String.UnicodeScalarView()
        while let next = scalar() {
            position += 1
            if next == quote { return String(text) }
            if next == "\\" { try escape(into: &text) } else { text.append(next) }
        }
        throw ScriptFault(message: "a text is not closed")
    }

    private mutating func escape(into text: inout String.UnicodeScalarView) throws(ScriptFault) {
        guard let next = scalar() else { throw ScriptFault(message: "a text is not closed") }
        position += 1
        switch next {
        case "n": text.append("\n")
        case "t": text.append("\t")
        case "r": text.append("\r")
        case "b": text.append("\u{8}")
        case "f": text.append("\u{C}")
        case "v": text.append("\u{B}")
        case "0": text.append("\0")
        case "\n": break
        case "x": try text.append(code(2))
        case "u" where scalar() == "{":
            position += 1
            let digits = take { $0 != "}" }
            position += 1
            guard let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) else {
                throw ScriptFault(message: "\\u{\(digits)} is no character")
            }
            text.append(scalar)
        case "u": try text.append(code(4))
        default: text.append(next)
        }
    }

    private mutating func code(_ count: Int) throws(ScriptFault) -> Unicode.Scalar {
        guard position + count <= source.count else { throw ScriptFault(message: "a text is not closed") }
        let digits = String(String.UnicodeScalarView(source[position..<(position + count)]))
        position += count
        guard let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) else {
            throw ScriptFault(message: "\\u\(digits) is no character by itself")
        }
        return scalar
    }

    private mutating func template() throws(ScriptFault) -> ScriptToken {
        position += 1
        var (texts, sources): ([String], [String]) = ([], [])
        var text = String.UnicodeScalarView()
        while let next = scalar() {
            position += 1
            if next == "`" { return .template(texts + [String(text)], sources) }
            if next == "\\" {
                try escape(into: &text)
            } else if next == "$", scalar() == "{" {
                position += 1
                texts.append(String(text))
                text = String.UnicodeScalarView()
                sources.append(try inside())
            } else {
                text.append(next)
            }
        }
        throw ScriptFault(message: "a text between backquotes is not closed")
    }

    /// The source up to the brace that closes `${`; braces in texts inside do not count.
    private mutating func inside() throws(ScriptFault) -> String {
        let start = position
        var depth = 1
        while let next = scalar() {
            switch next {
            case "{": depth += 1
            case "}":
                depth -= 1
                if depth == 0 {
                    position += 1
                    return String(String.UnicodeScalarView(source[start..<(position - 1)]))
                }
            case "\"", "'":
                _ = try text(closing: next)
                continue
            case "`":
                _ = try template()
                continue
            default: break
            }
            position += 1
        }
        throw ScriptFault(message: "an expression between backquotes is not closed")
    }

    private mutating func pattern() throws(ScriptFault) -> ScriptToken {
        position += 1
        var pattern = String.UnicodeScalarView()
        var isInClass = false
        while let next = scalar(), next != "\n" {
            position += 1
            if next == "/", !isInClass { return .pattern(String(pattern), flags: take(while: Self.continuesName)) }
            if next == "[" { isInClass = true }
            if next == "]" { isInClass = false }
            pattern.append(next)
            if next == "\\", let escaped = scalar() {
                pattern.append(escaped)
                position += 1
            }
        }
        throw ScriptFault(message: "a regular expression is not closed")
    }
}
