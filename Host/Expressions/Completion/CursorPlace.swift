/// The expression around a cursor, as far as it stands before the cursor, in tokens; whatever is broken in it.
struct CursorPlace {
    /// Of the expression, before the word that the cursor stands in.
    private(set) var tokens: [Token] = []
    /// The word that the cursor stands in, or at the end of; empty between words. Of a text in quotes what is inside.
    private(set) var typed: Range<Int>
    /// The quote that the cursor stands behind, and whether the text ends on the other side.
    private(set) var quote: (byte: UInt8, isClosed: Bool)?

    /// Nil where nothing can be said: in the text around expressions, in comments and numbers, inside of symbols.
    init?(in source: [UInt8], at cursor: Int, isTemplate: Bool) {
        typed = cursor..<cursor
        guard isTemplate else {
            var end = 0
            guard scan(source, from: 0, cursor, isTemplate: false, &end) else { return nil }
            return
        }
        var position = 0
        while let opening = TemplateReader.opening(in: source, from: position), opening + 2 <= cursor {
            tokens = []
            position = opening + 2
            // The expression ends before the cursor, or holds it.
            if scan(source, from: position, cursor, isTemplate: true, &position) { return }
            guard position <= cursor, position > opening + 2 else { return nil }
        }
        return nil
    }

    /// Whether the cursor stands in the expression; if not, `end` is behind it, or behind the cursor where nothing can be
    /// said.
    private mutating func scan(
        _ source: [UInt8], from start: Int, _ cursor: Int, isTemplate: Bool, _ end: inout Int
    ) -> Bool {
        let nowhere = source.count + 1
        var lexer = Lexer(source, from: start, dialect: .templates)
        var braces = 0
        while true {
            let gap = lexer.position
            lexer.skipSpace()
            let first = lexer.position
            guard first < cursor else {
                if Self.isComment(source[gap..<cursor]) { end = nowhere }
                return end != nowhere
            }
            guard let token = try? lexer.next() else {
                let broken = BrokenToken(in: source, at: first, before: cursor, isTemplate: isTemplate)
                if let cut = broken.cut { return leave(at: cut, &end) }
                if broken.isAtCursor { return take(broken, cursor, nowhere, &end) }
                tokens.append(broken.token)
                lexer = Lexer(source, from: broken.token.range.upperBound, dialect: .templates)
                continue
            }
            if token.kind == .symbol(.openBrace) { braces += 1 }
            if token.kind == .symbol(.closeBrace) {
                if isTemplate, braces == 0, source.has(UInt8(ascii: "}"), at: first + 1) {
                    return leave(at: cursor >= first + 2 ? first + 2 : nowhere, &end)
                }
                braces = max(0, braces - 1)
            }
            if token.range.upperBound >= cursor { return stop(at: token, cursor, source, nowhere, &end) }
            tokens.append(token)
        }
    }

    private func leave(at place: Int, _ end: inout Int) -> Bool {
        end = place
        return false
    }

    /// At the token that the cursor stands in, or behind.
    private mutating func stop(
        at token: Token, _ cursor: Int, _ source: [UInt8], _ nowhere: Int, _ end: inout Int
    ) -> Bool {
        let isBehind = token.range.upperBound == cursor
        switch token.kind {
        case .identifier: typed = token.range
        case .quotedName:
            if isBehind { tokens.append(token) } else { typed = token.range }
        case .string where !isBehind && Lexer.isQuote(source[token.range.lowerBound]):
            quote = (source[token.range.lowerBound], true)
            typed = token.range.lowerBound + 1..<token.range.upperBound - 1
            guard typed.lowerBound <= cursor, cursor <= typed.upperBound else { return leave(at: nowhere, &end) }
        case .string, .bytes, .symbol:
            guard isBehind else { return leave(at: nowhere, &end) }
            tokens.append(token)
        default: return leave(at: nowhere, &end)
        }
        return true
    }

    private mutating func take(_ broken: BrokenToken, _ cursor: Int, _ nowhere: Int, _ end: inout Int) -> Bool {
        switch broken.form {
        case .text(let byte):
            quote = (byte, false)
            typed = broken.token.range.lowerBound + 1..<cursor
        case .name: typed = broken.token.range.lowerBound..<cursor
        case .other: return leave(at: nowhere, &end)
        }
        return true
    }

    /// Between tokens there are spaces and comments only.
    private static func isComment(_ gap: ArraySlice<UInt8>) -> Bool {
        let line = gap.lastIndex(of: 0x0A).map { gap[($0 + 1)...] } ?? gap
        return zip(line, line.dropFirst()).contains { $0 == UInt8(ascii: "/") && $1 == UInt8(ascii: "/") }
    }
}

extension [UInt8] {
    func has(_ byte: UInt8, at position: Int) -> Bool { indices.contains(position) && self[position] == byte }
}
