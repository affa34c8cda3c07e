/// An error on its way to the one who knows the text around it and makes an `ExpressionError` of it.
///
/// A class, because typed errors take their whole size on the stack of every call that may throw them, and parser and
/// evaluator nest deeply.
final class Fault: Error {
    let code: ExpressionError.Code
    let message: String
    let hint: String?
    /// Bytes from the start of the text.
    let offset: Int

    init(_ code: ExpressionError.Code, _ message: String, hint: String? = nil, at offset: Int) {
        self.code = code
        self.message = message
        self.hint = hint
        self.offset = offset
    }

    /// With line and column in the text it stands in.
    func located(in source: [UInt8], pointer: String = "") -> ExpressionError {
        var (line, column) = (1, 1)
        for byte in source.prefix(offset) {
            if byte == 0x0A {
                (line, column) = (line + 1, 1)
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return ExpressionError(code: code, message: message, hint: hint, line: line, column: column, pointer: pointer)
    }
}
