import FoundationEssentials
import HTTPTypes
import HostFixture
import Hummingbird
import NIOCore
import PatchbayJSON
import PatchbaySecurity
import Synchronization
import Testing

/// The first use case of the product's requirements: GitHub tells of a deployment, and Slack hears of it; a failed one goes to
/// another channel and pages somebody.
@Suite(.serialized, .timeLimit(.minutes(5))) struct DeploymentNoticeTests {
    private static let secret = "It's a Secret to Everybody"

    private static func workflow(pager: String) -> JSON {
        let where_ = "{{ steps.facts.output.repo }} on {{ steps.facts.output.environment }}"
        return [
            "name": "Deployment notifications",
            "nodes": [
                [
                    "id": "hook", "type": "webhook",
                    "config": [
                        "path": "deployments", "verify": ["scheme": "github", "secret": "GITHUB_WEBHOOK_SECRET"],
                        "filter": "{{ trigger.headers['x-github-event'] == 'deployment_status' }}",
                    ],
                ],
                [
                    "id": "facts", "type": "set",
                    "config": [
                        "values": [
                            "repo": "{{ trigger.body.repository.full_name }}",
                            "environment": "{{ trigger.body.deployment_status.environment }}",
                            "status": "{{ trigger.body.deployment_status.state }}",
                        ]
                    ],
                ],
                ["id": "live", "type": "condition", "config": ["if": "{{ steps.facts.output.status == 'success' }}"]],
                [
                    "id": "tell", "type": "action", "uses": "slack@1.0.0/send_message", "credential": "team-slack",
                    "input": ["channel": "#deployments", "text": .string("Live: " + where_)],
                ],
                [
                    "id": "alert", "type": "action", "uses": "slack@1.0.0/send_message", "credential": "team-slack",
                    "input": ["channel": "#incidents", "text": .string("Failed: " + where_)],
                ],
                [
                    "id": "page", "type": "action", "uses": "http@1.0.0/request",
                    "input": [
                        "method": "POST", "url": .string(pager + "/v2/enqueue"),
                        "json": [
                            "routing_key": "0123456789abcdef0123456789abcdef", "event_action": "trigger",
                            "payload": [
                                "summary": .string("Deployment failed: " + where_), "source": "patchbay",
                                "severity": "critical",
                            ],
                        ],
                    ],
                ],
            ],
            "edges": [
                ["source": "hook", "target": "facts"], ["source": "facts", "target": "live"],
                ["source": "live", "port": "true", "target": "tell"],
                ["source": "live", "port": "false", "target": "alert"], ["source": "alert", "target": "page"],
            ],
        ]
    }

    private static func event(_ state: String) -> [UInt8] {
        ([
            "action": "created", "deployment_status": ["state": .string(state), "environment": "production"],
            "repository": ["full_name": "octo-org/octo-repo"],
        ] as JSON).bytes()
    }

    @Test func `a deployment is told in its channel, and a failed one alerts and pages`() async throws {
        let vendors = StandInVendors()
        try await vendors.listen { url in
            let installation = try await Installation(["slack", "http"])
            let host = try await installation.serve()
            for (name, kind, fields) in [
                ("GITHUB_WEBHOOK_SECRET", "secret", ["value": .string(Self.secret)]),
                ("team-slack", "bearer", ["token": .string(StandInVendors.token)]),
            ] as [(String, String, JSON)] {
                let added = try await host.send(
                    "POST", "/api/v1/credentials",
                    ["name": .string(name), "kind": .string(kind), "fields": fields])
                #expect(added.status == 201, "\(added.text)")
            }
            let settings = try await host.send(
                "PUT", "/api/v1/connectors/slack/settings", ["base_url": .string(url + "/api")])
            #expect(settings.status == 200, "\(settings.text)")
            let saved = try await host.send("POST", "/api/v1/workflows", Self.workflow(pager: url))
            #expect(saved.status == 201, "\(saved.text)")
            let sender = try WebhookSender(.github, secret: Self.secret)
            sender.aim(at: host.url)
            let event = [(name: "X-GitHub-Event", value: "deployment_status")]
            let began = ContinuousClock.now
            for (number, state) in ["success", "failure"].enumerated() {
                let answer = try await sender.send(
                    "/webhook/deployments", Self.event(state), id: "d-\(number)", headers: event)
                #expect(answer.status == 202)
                let run = try await host.finished(answer.body["run_id"]?.string ?? "")
                #expect(run["status"] == "completed", "\(run.text)")
            }
            // The requirement is five seconds for one.
            #expect(ContinuousClock.now - began < .seconds(30))
            let ping = try await sender.send(
                "/webhook/deployments", Array("{}".utf8), id: "p", headers: [("X-GitHub-Event", "ping")])
            #expect(ping.body["filtered"] == true)
            #expect(vendors.problems == [])
            #expect(
                vendors.messages == [
                    "#deployments: Live: octo-org/octo-repo on production",
                    "#incidents: Failed: octo-org/octo-repo on production",
                ])
            #expect(vendors.pages == ["Deployment failed: octo-org/octo-repo on production"])
            #expect(await host.stop() == 0)
        }
    }
}

/// Slack and PagerDuty as far as this use case needs them: they check what is sent as the vendors document it, and answer in
/// their shapes (https://docs.slack.dev/reference/methods/chat.postMessage,
/// https://developer.pagerduty.com/api-reference/368ae3d938c9e-send-an-event-to-pager-duty).
final class StandInVendors: Sendable {
    static let token = "xoxb-stand-in-0123456789"

    private struct State {
        var messages: [String] = []
        var pages: [String] = []
        var problems: [String] = []
    }

    private let state = Mutex(State())

    var messages: [String] { state.withLock { $0.messages } }
    var pages: [String] { state.withLock { $0.pages } }
    /// What the vendors would not have taken.
    var problems: [String] { state.withLock { $0.problems } }

    func listen(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let router = Router()
        router.post("/api/chat.postMessage") { request, _ in try await self.postMessage(request) }
        router.post("/v2/enqueue") { request, _ in try await self.enqueue(request) }
        try await router.listen(body)
    }

    private func postMessage(_ request: Request) async throws -> Response {
        let body = try await json(request)
        guard request.headers[.authorization] == "Bearer \(Self.token)" else {
            return refuse("not_authed", answer: ["ok": false, "error": "not_authed"])
        }
        guard request.headers[.contentType]?.lowercased() == "application/json; charset=utf-8" else {
            return refuse("content type", answer: ["ok": false, "error": "invalid_post_type"])
        }
        guard let channel = body["channel"]?.string, channel.hasPrefix("#") || channel.hasPrefix("C") else {
            return refuse("channel", answer: ["ok": false, "error": "channel_not_found"])
        }
        guard let text = body["text"]?.string, !text.isEmpty else {
            return refuse("text", answer: ["ok": false, "error": "no_text"])
        }
        state.withLock { $0.messages.append("\(channel): \(text)") }
        return answer([
            "ok": true, "channel": "C0123456789", "ts": "1503435956.000247",
            "message": ["type": "message", "text": .string(text), "ts": "1503435956.000247"],
        ])
    }

    private func enqueue(_ request: Request) async throws -> Response {
        let body = try await json(request)
        let payload = body["payload"]
        guard body["routing_key"]?.string?.utf8.count == 32, body["event_action"] == "trigger",
            let summary = payload?["summary"]?.string, (1...1_024).contains(summary.count),
            payload?["source"]?.string?.isEmpty == false,
            ["critical", "error", "warning", "info"].contains(payload?["severity"]?.string ?? "")
        else { return refuse("event", answer: ["status": "invalid event"], status: .badRequest) }
        state.withLock { $0.pages.append(summary) }
        return answer(["status": "success", "message": "Event processed", "dedup_key": "srv01"], status: .accepted)
    }

    private func json(_ request: Request) async throws -> JSON {
        let buffer = try await request.body.collect(upTo: 1 << 20)
        return (try? JSON(parsing: Array(buffer.readableBytesView))) ?? .null
    }

    private func refuse(_ problem: String, answer body: JSON, status: HTTPResponse.Status = .ok) -> Response {
        state.withLock { $0.problems.append(problem) }
        return answer(body, status: status)
    }

    private func answer(_ body: JSON, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body.bytes())))
    }
}
