/// Makes HTTP and HTTPS requests for connectors, within the operator's egress policy and the request's own allowance.
package final class OutboundClient: Sendable {
    package init(
        policy: EgressPolicy, limits: OutboundLimits = OutboundLimits(), route: OutboundRoute = OutboundRoute()
    ) throws(OutboundError) {}

    /// Starts a request. `completion` is called exactly once, on the client's own thread, never before this returns; it must
    /// return soon.
    @discardableResult
    package func start(
        _ request: OutboundRequest, completion: @escaping @Sendable (Result<OutboundResponse, OutboundError>) -> Void
    ) -> OutboundTicket { OutboundTicket(number: 0) }

    /// Gives a request up; its completion comes soon, with `cancelled` unless the answer was ready already.
    package func cancel(_ ticket: OutboundTicket) {}

    /// Makes a request and waits. Throws `OutboundError`, or `CancellationError` when the calling task was cancelled.
    package func send(_ request: OutboundRequest) async throws -> OutboundResponse { throw CancellationError() }

    /// Ends all requests with `closing`, and every later one too.
    package func shutdown() {}
}
