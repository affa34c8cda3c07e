extension JSON {
    /// The value as JSON text without white space, members in their order.
    public func bytes() -> [UInt8] { [] }

    /// The value as JSON text without white space.
    public var text: String { String(decoding: bytes(), as: UTF8.self) }
}
