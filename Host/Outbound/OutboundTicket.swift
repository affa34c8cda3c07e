/// Names a request that was started, for giving it up.
package struct OutboundTicket: Sendable, Hashable {
    package let number: UInt64

    /// Unique among the tickets of one sender.
    package init(number: UInt64) { self.number = number }
}
