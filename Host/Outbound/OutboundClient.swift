/// Makes HTTP and HTTPS requests for connectors, within the operator's egress policy and the request's own allowance.
///
/// One thread drives all requests and keeps connections open for later ones. A request whose kept connection turns out
/// to be closed before any answer came is sent once more on a new one; senders that must not repeat an effect say so to
/// the server with an idempotency key.
///
/// This room knows hosts, addresses, redirects and the secret that goes along; it knows nothing of workflows, manifests
/// or credentials.
package final class OutboundClient: Sendable {
    private let inbox = TransferInbox()
    private let rules: RequestRules

    /// Which addresses may be connected to.
    var policy: EgressPolicy { rules.policy }

    /// Throws when files of authorities cannot be read, or the thread cannot be started.
    package init(
        policy: EgressPolicy, limits: OutboundLimits = OutboundLimits(), route: OutboundRoute = OutboundRoute()
    ) throws(OutboundError) {
        rules = RequestRules(policy: policy, limits: limits, resolvesNames: route.proxy == nil)
        let settings = try TransferSettings(route: route, limits: limits)
        try TransferLoop(inbox: inbox, settings: settings, rules: rules).startThread()
    }

    deinit { inbox.post(.end) }

    /// Why a request would not be sent at all; nil when it would. `start` asks the same.
    package func refusal(of request: OutboundRequest) -> OutboundError? {
        do {
            _ = try rules.admit(request)
            return nil
        } catch {
            return error
        }
    }

    /// Starts a request. `completion` is called exactly once, on the client's own thread, maybe before this returns but
    /// never by this call itself; it must return soon.
    @discardableResult
    package func start(
        _ request: OutboundRequest, completion: @escaping @Sendable (Result<OutboundResponse, OutboundError>) -> Void
    ) -> OutboundTicket {
        let ticket = inbox.newTicket()
        start(request, as: ticket, completion: completion)
        return ticket
    }

    /// Gives a request up; its completion comes soon, with `cancelled` unless the answer was ready already.
    package func cancel(_ ticket: OutboundTicket) {
        inbox.post(.cancel(ticket))
    }

    /// Makes a request and waits. Throws `OutboundError`, or `CancellationError` when the calling task was cancelled.
    package func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        let ticket = inbox.newTicket()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                start(request, as: ticket) { continuation.resume(returning: $0) }
                // The handler may have run before there was anything to cancel.
                if Task.isCancelled { cancel(ticket) }
            }
        } onCancel: {
            cancel(ticket)
        }
        if case .failure(let error) = result, error.code == .cancelled { throw CancellationError() }
        return try result.get()
    }

    /// Ends all requests with `closing`, and every later one too.
    package func shutdown() {
        inbox.post(.close)
    }

    private func start(
        _ request: OutboundRequest, as ticket: OutboundTicket, completion: @escaping Transfer.Completion
    ) {
        do {
            let order = TransferOrder(
                ticket: ticket, journey: try Journey(request, rules: rules),
                timeout: min(request.timeout, rules.limits.longestTimeout), orderedAt: TransferLoop.now,
                completion: completion)
            inbox.post(.start(order))
        } catch {
            inbox.post(.refuse(error, completion))
        }
    }
}
