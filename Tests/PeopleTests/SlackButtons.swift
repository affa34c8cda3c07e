import DatabaseFixture
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity
import PatchbayStorage
import Testing

@testable import PatchbayAPI

extension Office {
    /// Somebody presses a button, and Slack sends that, signed, to the host's own route. Answers the status.
    func press(_ action: String, carrying token: String, by user: String) async throws -> Int {
        let payload: JSON = [
            "type": "block_actions", "user": ["id": .string(user)],
            "response_url": .string(receiverURL + "/response"),
            "actions": [["type": "button", "action_id": .string(action), "value": .string(token)]],
        ]
        let body = FormText.encoded([(name: "payload", value: payload.text)])
        let seconds = String(clock.now.milliseconds / 1_000)
        let code = Digest.hmacSHA256Hex(
            Array("v0:\(seconds):\(body)".utf8), key: Array(GivenCredentials.secret.reveal().utf8))
        let headers: HTTPFields = [
            .contentType: "application/x-www-form-urlencoded",
            HTTPField.Name("X-Slack-Request-Timestamp")!: seconds, HTTPField.Name("X-Slack-Signature")!: "v0=\(code)",
        ]
        let routes = SlackRoutes(
            tasks: PostgresTaskStore(api),
            desk: TaskDesk(
                store: PostgresTaskStore(api), members: PostgresMembershipStore(api, joining: identity),
                signals: RunSignals(clock: clock), clock: clock),
            secrets: credentials, people: SlackPeople(web: web, credentials: credentials),
            notices: PostgresNoticeStore(api), key: key, audit: NoAudit(),
            limiter: RateLimiter(store: NoRates(), standard: .none, clock: clock, log: .quiet), clock: clock,
            limits: APILimits())
        let router = Router(context: APIContext.self)
        router.add(routes.routes)
        return try await Application(router: router).test(.router) { client in
            try await client.execute(
                uri: "/slack/interactions", method: .post, headers: headers, body: ByteBuffer(string: body)
            ).status.code
        }
    }
}

extension Office.Received {
    /// The buttons of a message, by their actions.
    var buttons: [String: String] {
        let actions = (json["blocks"]?.array ?? []).first { $0["type"] == "actions" }?["elements"]?.array ?? []
        return Dictionary(
            actions.map { ($0["action_id"]?.string ?? "", $0["value"]?.string ?? "") },
            uniquingKeysWith: { one, _ in one })
    }
}

private struct NoAudit: AuditLog {
    func append(_ events: [AuditEvent]) async throws {}
}

private struct NoRates: RateStore {
    func limits(of tenant: TenantID) async throws -> RateLimits { .none }
    func take(_ count: Int, of key: RateKey, in window: Timestamp) async throws -> Int { 0 }
}
