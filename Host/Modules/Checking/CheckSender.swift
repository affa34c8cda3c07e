import Dispatch
import PatchbayOutbound
import Synchronization

/// Answers every request in the same way, as the host of the checks' children does, and sends none.
final class CheckSender: RequestSender {
    private let body: String?
    private let queue = DispatchQueue(label: "patchbay.check")
    private let counter = Atomic<UInt64>(0)

    /// - Parameter body: Of the answer; nil for a network that is down.
    init(_ body: String?) { self.body = body }

    func refusal(of request: OutboundRequest) -> OutboundError? { nil }

    func start(
        _ request: OutboundRequest, completion: @escaping @Sendable (Result<OutboundResponse, OutboundError>) -> Void
    ) -> OutboundTicket {
        let answer: Result<OutboundResponse, OutboundError> =
            if let body {
                .success(
                    OutboundResponse(
                        status: 200, headers: [HTTPField(name: "content-type", value: "application/json")],
                        body: Array(body.utf8), url: "https://patchbay.invalid/"))
            } else {
                .failure(
                    OutboundError(
                        code: .connectFailed, message: "The host cannot be reached.", mayHaveHadEffect: false))
            }
        // Never by this call itself.
        queue.async { completion(answer) }
        return OutboundTicket(number: counter.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    /// The answer is on its way already.
    func cancel(_ ticket: OutboundTicket) {}
}
