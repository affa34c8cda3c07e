/// A request that was admitted and is to be started.
struct TransferOrder: Sendable {
    var ticket: OutboundTicket
    var journey: Journey
    /// Milliseconds it may take from now on, waiting included.
    var timeout: Int64
    /// On the loop's clock.
    var orderedAt: Int64
    var completion: Transfer.Completion
}
