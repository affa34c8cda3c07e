/// Cuts a text into what stands outside and inside of `{{ }}`.
enum TemplateReader {
    enum Piece {
        case text(String)
        case expression(Expression)
    }

    private static let brace = UInt8(ascii: "{")
    private static let backslash = UInt8(ascii: "\\")

    static func pieces(of source: [UInt8], limits: ExpressionLimits) throws(Fault) -> [Piece] {
        guard source.count <= limits.source else {
            throw Fault(
                .limit, "a text with expressions may have \(limits.source) bytes, and this has \(source.count)",
                hint: "put long constant text into a set node", at: 0)
        }
        var pieces: [Piece] = []
        var text: [UInt8] = []
        var position = 0
        while position < source.count {
            guard isOpening(source, at: position) else {
                text.append(source[position])
                position += 1
                continue
            }
            let backslashes = text.reversed().prefix { $0 == backslash }.count
            text.removeLast((backslashes + 1) / 2)
            if backslashes % 2 == 1 {
                text += [brace, brace]
                position += 2
                continue
            }
            if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
            text = []
            let (expression, end) = try expression(in: source, from: position, limits: limits)
            pieces.append(.expression(expression))
            position = end
        }
        if !text.isEmpty || pieces.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
        return pieces
    }

    /// The next `{{` that begins an expression, outside of expressions.
    static func opening(in source: [UInt8], from start: Int) -> Int? {
        var position = start
        var backslashes = 0
        while position < source.count {
            if isOpening(source, at: position) {
                if backslashes % 2 == 0 { return position }
                position += 1
            }
            backslashes = source[position] == backslash ? backslashes + 1 : 0
            position += 1
        }
        return nil
    }

    private static func isOpening(_ source: [UInt8], at position: Int) -> Bool {
        source[position] == brace && position + 1 < source.count && source[position + 1] == brace
    }

    /// The expression behind the `{{` at `start`, and where its `}}` ends. The parser knows where that is, whatever braces
    /// and strings the expression holds.
    static func expression(
        in source: [UInt8], from start: Int, limits: ExpressionLimits
    ) throws(Fault) -> (Expression, end: Int) {
        do throws(Fault) {
            var parser = try Parser(source, from: start + 2, dialect: .templates, limits: limits)
            let closing = parser.token.range
            if parser.token.kind == .symbol(.closeBrace), isClosing(source, at: closing.lowerBound) {
                throw Fault(
                    .syntax, "the expression is empty", hint: "write \\{{ for two braces that are only text", at: start)
            }
            let expression = try parser.expression()
            let end = parser.token.range.lowerBound
            guard parser.token.kind == .symbol(.closeBrace), isClosing(source, at: end) else {
                throw parser.unexpected("}}")
            }
            return (expression, end + 2)
        } catch {
            guard error.code == .syntax, !hasClosing(source, after: start + 2) else { throw error }
            throw Fault(
                .syntax, "the expression is not closed",
                hint: "end it with }}, or write \\{{ for two braces that are only text", at: start)
        }
    }

    private static func isClosing(_ source: [UInt8], at position: Int) -> Bool {
        position + 1 < source.count && source[position] == UInt8(ascii: "}")
            && source[position + 1] == UInt8(ascii: "}")
    }

    private static func hasClosing(_ source: [UInt8], after start: Int) -> Bool {
        (start..<max(start, source.count)).contains { isClosing(source, at: $0) }
    }
}
