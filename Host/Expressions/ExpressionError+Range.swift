extension ExpressionError {
    /// The word of the text that the error points at, in Unicode scalars from the start of the text; empty behind its end.
    ///
    /// - Parameter text: the string that holds the expression.
    package func range(in text: String) -> Range<Int> {
        let source = Array(text.utf8)
        var (line, column, scalars, position) = (1, 1, 0, 0)
        while position < source.count, (line, column) < (self.line, self.column) {
            (line, column) = source[position] == 0x0A ? (line + 1, 1) : (line, column + 1)
            scalars += 1
            position += 1
            while position < source.count, source[position].isContinuation { position += 1 }
        }
        guard position < source.count else { return scalars..<scalars }
        var lexer = Lexer(source, from: position, dialect: .templates)
        guard let word = try? lexer.next(), word.range.lowerBound == position, !word.range.isEmpty else {
            return scalars..<scalars + 1
        }
        return scalars..<scalars + source[word.range].count { !$0.isContinuation }
    }
}

extension UInt8 {
    /// A byte of UTF-8 that does not begin a scalar.
    var isContinuation: Bool { self & 0xC0 == 0x80 }
}
