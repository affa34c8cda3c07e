package import ConnectorReplay
import Dispatch
package import PatchbayOutbound
import Synchronization

/// Answers a connector's requests from a recording. The host's rules hold as ever: what it may not ask is refused before.
package final class ReplayingSender: RequestSender {
    package let replay: Replay
    private let rules: any RequestSender
    private let queue = DispatchQueue(label: "patchbay.replay")
    private let counter = Atomic<UInt64>(0)

    /// - Parameter rules: Says what would not be sent at all.
    package init(_ exchanges: [Exchange], rules: any RequestSender) {
        replay = Replay(exchanges)
        self.rules = rules
    }

    package func refusal(of request: OutboundRequest) -> OutboundError? { rules.refusal(of: request) }

    package func start(
        _ request: OutboundRequest, completion: @escaping @Sendable (Result<OutboundResponse, OutboundError>) -> Void
    ) -> OutboundTicket {
        let outcome = replay.outcome(of: Exchange.Request(request, credential: ""))
        let answer: Result<OutboundResponse, OutboundError> =
            switch outcome {
            case .response(let response)?: .success(OutboundResponse(response, from: request.url))
            case .fault(let fault)?: .failure(OutboundError(fault))
            case nil:
                .failure(
                    OutboundError(
                        code: .connectFailed, message: "nothing is recorded for \(request.method) \(request.url)",
                        mayHaveHadEffect: false))
            }
        // Never by this call itself.
        queue.async { completion(answer) }
        return OutboundTicket(number: counter.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    /// The answer is on its way already.
    package func cancel(_ ticket: OutboundTicket) {}
}

extension Exchange.Request {
    /// What the connector asked for: the attachment is the host's, and stays out.
    init(_ request: OutboundRequest, credential: String) {
        self.init(
            request.method, request.url, headers: request.headers.map { Exchange.Header($0.name, $0.value) },
            body: request.body, credential: credential)
    }
}

extension OutboundResponse {
    fileprivate init(_ response: Exchange.Response, from url: String) {
        self.init(
            status: response.status,
            headers: response.headers.map { HTTPField(name: $0.name.lowercased(), value: $0.value) },
            body: response.body, url: url)
    }
}

extension OutboundError {
    fileprivate init(_ fault: Exchange.Fault) {
        switch fault {
        case .timeout: self.init(code: .timeout, message: "there was no answer in time", mayHaveHadEffect: true)
        case .unreachable: self.init(code: .connectFailed, message: "nobody listens there", mayHaveHadEffect: false)
        case .reset:
            self.init(
                code: .connectionLost, message: "the connection ended before the answer was complete",
                mayHaveHadEffect: true)
        }
    }
}
