extension JSON {
    /// The value as JSON text without white space, members in their order.
    ///
    /// Doubles are written in the shortest form that reads back as the same double, and always with a point or an
    /// exponent, so that they stay doubles; a double that is not finite, which no JSON text can hold, becomes `null`.
    public func bytes() -> [UInt8] {
        var bytes: [UInt8] = []
        withBytes { bytes = Array($0) }
        return bytes
    }

    /// Lends the value as JSON text without white space, for the time of `body`.
    package func withBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) { write(indented: false, body) }

    /// The value as JSON text without white space.
    public var text: String { string(indented: false) }

    /// The value as JSON text for people: a line for each element and member, indented by two spaces.
    public var prettyText: String { string(indented: true) }

    /// Appends the value as JSON text without white space.
    public func write(into bytes: inout [UInt8]) { withBytes { bytes.append(contentsOf: $0) } }

    private func string(indented: Bool) -> String {
        var text = ""
        write(indented: indented) { text = String(decoding: $0, as: UTF8.self) }
        return text
    }

    private func write(indented: Bool, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: Writer.room, alignment: 16) { room in
            var writer = Writer(indented: indented, in: room)
            writer.write(self)
            body(writer.output.written)
        }
    }
}
