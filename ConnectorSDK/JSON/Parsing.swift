/// How much a text may hold before it is refused.
public struct JSONLimits: Sendable {
    /// Arrays and objects inside one another. 512 unless said otherwise.
    public var depth: Int
    /// Bytes of the whole text. 64 MiB unless said otherwise.
    public var bytes: Int

    public init(depth: Int = 512, bytes: Int = 64 << 20) {
        self.depth = depth
        self.bytes = bytes
    }
}

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

extension JSON {
    /// Reads one JSON text (RFC 8259, UTF-8; a byte-order mark is refused). Of members with the same name the last one counts.
    public init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        throw JSONError(message: "the parser is not built yet", offset: 0, line: 1, column: 1)
    }
}
