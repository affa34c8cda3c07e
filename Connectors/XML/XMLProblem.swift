/// Why a text is no document that is read here, and where.
public struct XMLProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// A sentence without the position.
    public var message: String
    /// 1 for the first.
    public var line: Int
    /// In characters (Unicode scalars); 1 for the first.
    public var column: Int

    public var description: String { "line \(line), column \(column): \(message)" }
}

/// How much a document may hold before it is refused.
public struct XMLLimits: Sendable {
    /// Bytes of the text.
    public var bytes: Int
    /// Elements inside one another. Below what JSON may have, so that a document can be shown as JSON.
    public var depth: Int
    /// Elements and attributes together.
    public var count: Int

    public init(bytes: Int = 16 << 20, depth: Int = 200, count: Int = 1_000_000) {
        self.bytes = bytes
        self.depth = depth
        self.count = count
    }
}
