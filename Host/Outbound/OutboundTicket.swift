/// Names a request that was started, for giving it up.
package struct OutboundTicket: Sendable, Hashable {
    let number: UInt64
}
