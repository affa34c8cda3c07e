/// What stands where the lexer finds no token: most often what a person has only begun to write.
struct BrokenToken {
    enum Form {
        /// A text, behind this quote.
        case text(UInt8)
        /// `$`, or a name in backquotes.
        case name
        case other
    }

    let form: Form
    /// Something to go on behind: a text, or a comma in place of a sign that is none.
    let token: Token
    /// Whether it reaches the cursor.
    let isAtCursor: Bool
    /// Where the expression ends, when a `}}` ends it in the middle of a text.
    let cut: Int?

    init(in source: [UInt8], at start: Int, before cursor: Int, isTemplate: Bool) {
        var quote = start
        while quote < source.count, quote < start + 2, "rRbB".utf8.contains(source[quote]) { quote += 1 }
        let isRaw = source[start..<quote].contains { $0 | 0x20 == UInt8(ascii: "r") }
        guard quote < source.count, Lexer.isQuote(source[quote]) else {
            (form, token, isAtCursor) = Self.sign(in: source, at: start, cursor)
            cut = nil
            return
        }
        let byte = source[quote]
        var end = quote + 1
        while end < source.count, source[end] != byte, source[end] != 0x0A {
            end += source[end] == UInt8(ascii: "\\") && !isRaw ? 2 : 1
        }
        let isClosed = source.has(byte, at: end)
        if !isClosed, isTemplate, let closing = Self.closing(in: source, quote..<min(cursor, source.count)) {
            cut = closing
        } else {
            cut = nil
        }
        end = min(isClosed ? end + 1 : end, source.count)
        form = quote == start ? .text(byte) : .other
        token = Token(kind: .string(""), range: start..<max(end, start + 1))
        isAtCursor = isClosed ? end > cursor : end >= cursor
    }

    private static func sign(
        in source: [UInt8], at start: Int, _ cursor: Int
    ) -> (form: Form, token: Token, isAtCursor: Bool) {
        var end = start + 1
        if source[start] == UInt8(ascii: "`") {
            while end < source.count, source[end] != UInt8(ascii: "`"), source[end] >= 0x20, end < cursor { end += 1 }
            return (.name, Token(kind: .symbol(.comma), range: start..<end), end >= cursor)
        }
        while end < source.count, source[end].isContinuation { end += 1 }
        let isName = source[start] == UInt8(ascii: "$")
        return (isName ? .name : .other, Token(kind: .symbol(.comma), range: start..<end), end >= cursor)
    }

    /// Behind the first `}}`.
    private static func closing(in source: [UInt8], _ range: Range<Int>) -> Int? {
        let brace = UInt8(ascii: "}")
        return range.dropLast().first { source[$0] == brace && source[$0 + 1] == brace }.map { $0 + 2 }
    }
}
