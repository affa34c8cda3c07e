/// Who makes requests: the client, or what plays recorded answers back in its place.
package protocol RequestSender: AnyObject, Sendable {
    /// Why a request would not be sent at all; nil when it would.
    func refusal(of request: OutboundRequest) -> OutboundError?

    /// Starts a request. `completion` is called exactly once, never by this call itself.
    @discardableResult
    func start(
        _ request: OutboundRequest, completion: @escaping @Sendable (Result<OutboundResponse, OutboundError>) -> Void
    ) -> OutboundTicket

    /// Gives a request up; its completion comes soon.
    func cancel(_ ticket: OutboundTicket)
}

extension OutboundClient: RequestSender {}
