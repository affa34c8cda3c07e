/// What a host bears of those who connect. Milliseconds and bytes.
package struct ConnectionLimits: Sendable, Equatable {
    /// Open at a time; more wait until one is closed.
    package var connections: Int
    /// For a request's head, from its first byte on.
    package var head: Int64
    /// Over which speed is measured.
    package var window: Int64
    /// A second, in either direction.
    package var leastBytes: Int64
    /// For the rest of a body whose request is answered already.
    package var rest: Int64
    /// Between two requests.
    package var idle: Int64
    /// How often it is looked at.
    package var tick: Int64

    package init(
        connections: Int = 10_000, head: Int64 = 20_000, window: Int64 = 20_000, leastBytes: Int64 = 1_024,
        rest: Int64 = 5_000, idle: Int64 = 75_000,
        tick: Int64 = 1_000
    ) {
        self.connections = connections
        self.head = head
        self.window = window
        self.leastBytes = leastBytes
        self.rest = rest
        self.idle = idle
        self.tick = tick
    }
}
