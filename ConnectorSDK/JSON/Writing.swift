extension JSON {
    /// The value as JSON text without white space, members in their order.
    ///
    /// Doubles are written in the shortest form that reads back as the same double, and always with a point or an
    /// exponent, so that they stay doubles; a double that is not finite, which no JSON text can hold, becomes `null`.
    public func bytes() -> [UInt8] {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return bytes
    }

    /// The value as JSON text without white space.
    public var text: String { string(indented: false) }

    /// The value as JSON text for people: a line for each element and member, indented by two spaces.
    public var prettyText: String { string(indented: true) }

    /// Appends the value as JSON text without white space.
    public func write(into bytes: inout [UInt8]) {
        var writer = Writer(indented: false)
        writer.write(self)
        bytes.append(contentsOf: writer.output.written)
    }

    private func string(indented: Bool) -> String {
        var writer = Writer(indented: indented)
        writer.write(self)
        return String(decoding: writer.output.written, as: UTF8.self)
    }
}
