extension JSON {
    /// Reads one JSON text (RFC 8259, UTF-8; a byte-order mark is refused). Of members with the same name the last one
    /// counts, at the place of the first.
    ///
    /// Whole numbers that fit 64 bits are exact, all others the nearest double; one that no double can hold is refused,
    /// as are surrogates without their other half.
    public init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        var text = text
        self = try text.withUTF8 { Self.parse($0, limits: limits) }.get()
    }

    public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { Self.parse($0, limits: limits) }.get()
    }

    /// Reads bytes where they are; nothing of them is kept.
    public init(parsing bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        self = try Self.parse(bytes, limits: limits).get()
    }

    /// Reads bytes where they are; nothing of them is kept.
    public init(parsing bytes: UnsafeRawBufferPointer, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        self = try bytes.withMemoryRebound(to: UInt8.self) { Self.parse($0, limits: limits) }.get()
    }

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) -> Result<JSON, JSONError> {
        guard bytes.count <= limits.bytes else {
            let message = "the text has \(bytes.count) bytes, the limit is \(limits.bytes)"
            return .failure(JSONError(message: message, offset: 0, line: 1, column: 1))
        }
        return withUnsafeTemporaryAllocation(byteCount: Parser.room, alignment: 16) { room in
            var parser = Parser(bytes, depthLimit: limits.depth, in: room)
            do throws(JSONError) {
                return .success(try parser.document())
            } catch {
                return .failure(error)
            }
        }
    }
}
