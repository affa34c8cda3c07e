/// Why a text is no JSON, or more than its limits allow.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong and what was expected.
    public var message: String
    /// Bytes from the start of the text.
    public var offset: Int
    /// 1 for the first.
    public var line: Int
    /// In bytes; 1 for the first.
    public var column: Int

    public init(message: String, offset: Int, line: Int, column: Int) {
        self.message = message
        self.offset = offset
        self.line = line
        self.column = column
    }

    public var description: String { "line \(line), column \(column): \(message)" }
}
