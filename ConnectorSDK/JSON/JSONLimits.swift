/// How much a text may hold before it is refused.
public struct JSONLimits: Sendable {
    /// Arrays and objects inside one another. 512 unless said otherwise.
    ///
    /// The parser itself needs no stack for depth, but Swift frees, compares and hashes nested values by calls within
    /// calls: more than some 10,000 may be too much for a thread with a small stack.
    public var depth: Int
    /// Bytes of the whole text. 64 MiB unless said otherwise.
    public var bytes: Int

    public init(depth: Int = 512, bytes: Int = 64 << 20) {
        self.depth = depth
        self.bytes = bytes
    }
}
