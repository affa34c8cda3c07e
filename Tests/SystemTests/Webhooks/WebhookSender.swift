import FoundationEssentials
import Glibc
import HostFixture
import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import PatchbaySecurity
import Synchronization

/// A sender of webhooks, as a vendor has it: signs, sends, and sends again what was not acknowledged.
final class WebhookSender: Sendable {
    private let secret: Secret
    private let scheme: WebhookScheme
    private let client: OutboundClient
    /// Where the host listens at the moment; nil while it is away.
    private let address = Mutex<String?>(nil)

    init(_ scheme: WebhookScheme, secret: String) throws {
        self.scheme = scheme
        self.secret = Secret(secret)
        client = try OutboundClient(
            policy: try EgressPolicy(parsing: "127.0.0.0/8"), limits: OutboundLimits(requests: 200, connections: 64))
    }

    func aim(at url: String?) { address.withLock { $0 = url } }

    /// One attempt. `tamper` changes the body or the headers after they were signed.
    func send(
        _ path: String, _ body: [UInt8], id: String, at moment: Timestamp = SystemTime().now,
        headers: [(name: String, value: String)] = [],
        tamper: (inout [UInt8], inout [(name: String, value: String)]) -> Void = { _, _ in }
    ) async throws -> (status: Int, body: JSON) {
        guard let address = address.withLock({ $0 }) else { throw SystemTestError("the host is away") }
        var body = body
        var fields =
            WebhookVerification.headers(
                scheme: scheme, of: SignedDelivery(headers: [:], body: body, url: address + path), id: id,
                secret: secret, at: moment) ?? []
        fields += headers
        fields.append(("Content-Type", "application/json"))
        tamper(&body, &fields)
        let response = try await client.send(
            OutboundRequest(
                method: "POST", url: address + path, headers: fields.map { HTTPField(name: $0.name, value: $0.value) },
                body: body, timeout: 20_000, allowedHosts: [HostPattern("*")!]))
        return (response.status, (try? JSON(parsing: response.body)) ?? .null)
    }

    /// Sends until it is acknowledged; answers the run that the host promises.
    func insist(_ path: String, _ body: [UInt8], id: String) async throws -> String {
        while true {
            let answer = try? await send(path, body, id: id)
            if let answer, answer.status == 202, let run = answer.body["run_id"]?.string { return run }
            if let answer, answer.status < 500, answer.status != 429 {
                throw SystemTestError("\(id): \(answer.status) \(answer.body.text)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
