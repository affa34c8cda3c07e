package import ConnectorReplay
package import PatchbayOutbound
import Synchronization

/// Makes a connector's requests and keeps them with their answers, without secrets: what the host attaches to a request is
/// never in what the connector asked for, headers that hold secrets by their nature are left out, and the answer is masked where
/// it repeats the secret.
package final class RecordingSender: RequestSender {
    private let client: any RequestSender
    /// The slot that requests with an attachment use.
    private let slot: String
    private let redaction: Redaction?
    private let kept = Mutex<[Exchange]>([])

    package init(_ client: any RequestSender, slot: String, masking redaction: Redaction?) {
        self.client = client
        self.slot = slot
        self.redaction = redaction
    }

    /// In the order of the answers.
    package var exchanges: [Exchange] { kept.withLock { $0 } }

    package func refusal(of request: OutboundRequest) -> OutboundError? { client.refusal(of: request) }

    package func start(
        _ request: OutboundRequest, completion: @escaping @Sendable (Result<OutboundResponse, OutboundError>) -> Void
    ) -> OutboundTicket {
        client.start(request) { [self] result in
            if let outcome = outcome(of: result) {
                var asked = Exchange.Request(request, credential: request.attachment == nil ? "" : slot)
                // A connector that may read its secret could have put it anywhere.
                asked.url = masked(asked.url)
                asked.body = asked.body.map(masked)
                asked.headers = asked.headers.filter { !Self.isSecret($0.name) }
                    .map { Exchange.Header($0.name, masked($0.value)) }
                kept.withLock { $0.append(Exchange(asked, outcome)) }
            }
            completion(result)
        }
    }

    package func cancel(_ ticket: OutboundTicket) { client.cancel(ticket) }

    /// Nil for what says nothing about the server.
    private func outcome(of result: Result<OutboundResponse, OutboundError>) -> Exchange.Outcome? {
        switch result {
        case .success(let response):
            let headers = response.headers.filter { !Self.isSecret($0.name) && !Self.isNoise($0.name) }
            return .response(
                Exchange.Response(
                    response.status, headers: headers.map { Exchange.Header($0.name, masked($0.value)) },
                    body: masked(response.body)))
        case .failure(let error):
            switch error.code {
            case .timeout: return .fault(.timeout)
            case .connectFailed, .resolveFailed: return .fault(.unreachable)
            case .connectionLost: return .fault(.reset)
            default: return nil
            }
        }
    }

    private func masked(_ text: String) -> String { redaction?.masked(text) ?? text }

    /// Only text can be masked; other bytes hold no secret that anybody sent.
    private func masked(_ body: [UInt8]) -> [UInt8] {
        guard let redaction, let text = String(validating: body, as: UTF8.self) else { return body }
        return Array(redaction.masked(text).utf8)
    }

    private static func isSecret(_ name: String) -> Bool {
        ["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"].contains(name.lowercased())
    }

    /// What changes with every answer and no connector reads.
    private static func isNoise(_ name: String) -> Bool {
        ["connection", "content-length", "transfer-encoding", "server", "via", "alt-svc", "nel", "report-to"]
            .contains(name) || name.hasPrefix("cf-")
    }
}
