import HTTPTypes
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity
import Testing

@testable import PatchbayAPI

/// Deliveries to what a connector has subscribed, and how that is shown.
struct SubscriptionTests {
    private let api = TestAPI()
    private static let hook: JSON = [
        "id": "hook", "type": "webhook", "uses": "echo@1.0.0/heard",
        "config": ["input": ["room": "hall"], "filter": "{{ trigger.body.words != 'noise' }}"],
    ]

    /// Stores a workflow whose trigger is subscribed; answers its id and its endpoint's.
    private func subscribed(_ client: TestClient) async throws -> (workflow: String, webhook: WebhookRecord) {
        let id = try await client.store(["name": "w", "nodes": [Self.hook]])
        let workflow = try #require(WorkflowID(id))
        let webhook = WebhookID.new(at: api.clock.now)
        let record = WebhookRecord(
            id: webhook, tenant: .initial, workflow: workflow, endpoint: WebhookRecord.newEndpoint(), node: "hook",
            isSubscribed: true, secret: SubscriptionRecord.secretName(of: webhook))
        #expect(try await api.workflows.add(record))
        _ = try await api.vault.add(
            name: SubscriptionRecord.secretName(of: webhook), kind: .secret, fields: ["value": Secret("s3cret")],
            in: .initial)
        api.subscriptions.put(
            SubscriptionRecord(
                id: webhook, tenant: .initial, workflow: workflow, node: "hook", endpoint: record.endpoint,
                uses: "echo@1.0.0/heard", credential: "token", input: ["room": "hall"], secret: record.secret ?? "",
                goal: .subscribed,
                progress: SubscriptionProgress(
                    stage: .subscribed, url: "https://p.example/webhook/x", subscription: ["id": "42", "data": nil],
                    subscribedAt: api.clock.now), nextAt: nil, createdAt: api.clock.now, updatedAt: api.clock.now))
        return (id, record)
    }

    private func headers(_ delivery: String, secret: String = "s3cret") -> HTTPFields {
        [
            .contentType: "application/x-www-form-urlencoded", HTTPField.Name("X-Secret")!: secret,
            HTTPField.Name("X-GitHub-Delivery")!: delivery,
        ]
    }

    @Test func `each event starts one run with what the connector made of it`() async throws {
        try await api.test { client in
            let (_, webhook) = try await subscribed(client)
            let path = "/webhook/\(webhook.endpoint)"
            func deliver(_ id: String, _ body: String) async throws -> TestClient.Answer {
                try await client.raw(.post, path, headers: headers(id), body: Array(body.utf8))
            }
            let one = try await deliver("d-1", #"{"heard": ["hello"]}"#)
            #expect(one.status == 202)
            #expect(one.json["delivery_id"] == "h-\"hello\"")
            let run = try #require(RunID(one.json["run_id"]?.string ?? ""))
            let trigger = try await api.runs.entries(of: run, in: .initial).compactMap { $0.data["trigger"] }.first
            #expect(trigger?["body"] == ["words": "hello", "to": ["room": "hall"]])
            #expect(trigger?["headers"]?["x-github-delivery"] == "d-1")

            let again = try await deliver("d-2", #"{"heard": ["hello"]}"#)
            #expect(again.json["duplicate"] == true)
            #expect(again.json["run_id"] == one.json["run_id"])

            let several = try await deliver("d-3", #"{"heard": ["hello", "noise", "bye"]}"#)
            #expect(several.status == 202)
            let receipts = several.json["events"]?.array ?? []
            #expect(receipts.map { $0["duplicate"] } == [false, true])
            #expect(api.deliveries.records.count { $0.verdict == .accepted } == 2)
            #expect(api.deliveries.records.count { $0.verdict == .filtered } == 1)

            let silent = try await deliver("d-4", #"{"heard": []}"#)
            #expect(silent.status == 200 && silent.json["filtered"] == true)
            #expect(api.deliveries.records.last?.reason == "silence")
        }
    }

    @Test func `what is not the vendor's is refused, and what cannot be told comes again`() async throws {
        try await api.test { client in
            let (_, webhook) = try await subscribed(client)
            let path = "/webhook/\(webhook.endpoint)"
            let forged = try await client.raw(
                .post, path, headers: headers("d-1", secret: "guess"), body: Array(#"{"heard": ["x"]}"#.utf8))
            #expect(forged.status == 401)
            #expect(forged.code == "SIGNATURE_INVALID")
            let refusal = try #require(api.deliveries.records.last)
            #expect(refusal.verdict == .refused && refusal.reason == "SIGNATURE_INVALID: another secret")

            let broken = try await client.raw(.post, path, headers: headers("d-2"), body: Array("x".utf8))
            #expect(broken.status == 503)
            #expect(broken.headers[.retryAfter] == "30")
            #expect(api.deliveries.records.last?.reason == "WEBHOOK_UNUSABLE: It is not ‹secret›.")
            #expect(try await client.raw(.put, path, headers: headers("d-3"), body: []).status == 405)
            #expect(api.deliveries.records.allSatisfy { $0.run == nil })
        }
    }

    @Test func `a paused workflow, or an endpoint that was made for the trigger, takes nothing`() async throws {
        try await api.test { client in
            let (workflow, webhook) = try await subscribed(client)
            let made = WebhookRecord(
                id: .new(at: api.clock.now), tenant: .initial, workflow: webhook.workflow,
                endpoint: WebhookRecord.newEndpoint(), node: "hook", isMade: true)
            #expect(try await api.workflows.add(made))
            let body = Array(#"{"heard": ["x"]}"#.utf8)
            let foreign = try await client.raw(.post, "/webhook/\(made.endpoint)", headers: headers("d-1"), body: body)
            #expect(foreign.code == "WEBHOOK_UNUSABLE")
            let other = try await client.post("/api/v1/webhooks", ["workflow_id": .string(workflow)])
            #expect(other.code == "NO_WEBHOOK_TRIGGER")
            api.workflows.pause(webhook.workflow)
            let paused = try await client.raw(
                .post, "/webhook/\(webhook.endpoint)", headers: headers("d-2"), body: body)
            #expect(paused.code == "WORKFLOW_PAUSED")
        }
    }

    @Test func `a subscription is shown with its state and last error`() async throws {
        try await api.test { client in
            let (workflow, webhook) = try await subscribed(client)
            let listed = try await client.get("/api/v1/webhooks?workflow_id=\(workflow)").json["items"]?[0]
            #expect(listed?["id"]?.string == webhook.id.description)
            #expect(listed?["scheme"] == .null)
            #expect(listed?["subscription"]?["state"] == "subscribed")
            #expect(listed?["subscription"]?["vendor_id"] == "42")
            var record = try #require(try await api.subscriptions.subscription(webhook.id, in: .initial))
            record.progress = SubscriptionProgress(
                stage: .subscribing, url: record.progress.url, failures: 2,
                error: ["code": "auth_denied", "message": "No."])
            record.nextAt = api.clock.now
            api.subscriptions.put(record)
            let shown = try await client.get("/api/v1/webhooks/\(webhook.id)").json["subscription"]
            #expect(shown?["error"]?["code"] == "auth_denied")
            #expect(shown?["failures"] == 2)
            #expect(try await client.delete("/api/v1/webhooks/\(webhook.id)").code == "WEBHOOK_DECLARED")
            #expect(try await client.post("/api/v1/webhooks/\(webhook.id)/rotate").code == "NO_WEBHOOK_TRIGGER")
            let signed = try await client.post("/api/v1/webhooks/\(webhook.id)/simulate", ["body": [:]])
            #expect(signed.status == 503)
        }
    }
}
