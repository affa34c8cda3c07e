import HTTPTypes
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Synchronization
import Testing

@testable import PatchbayAPI

/// Looking after webhooks by the API.
struct WebhookManagementTests {
    private let api = TestAPI()

    private func workflow(_ config: JSON) -> JSON {
        ["name": "w", "nodes": [["id": "hook", "type": "webhook", "config": config]], "edges": []]
    }

    private func signed(_ body: [UInt8], _ secret: String, id: String) -> HTTPFields {
        let headers = WebhookVerification.headers(
            scheme: .patchbay, of: SignedDelivery(headers: [:], body: body), id: id, secret: Secret(secret),
            at: api.clock.now)
        var fields: HTTPFields = [.contentType: "application/json"]
        for field in headers ?? [] { fields[HTTPField.Name(field.name)!] = field.value }
        return fields
    }

    @Test func `an endpoint is made with a secret that is shown once, and replaced with an overlap`() async throws {
        let body = Array("{}".utf8)
        try await api.test { client in
            let id = try await client.store(workflow(["verify": ["scheme": "patchbay"]]))
            let made = try await client.post("/api/v1/webhooks", ["workflow_id": .string(id), "name": "CI"])
            #expect(made.status == 201)
            let webhook = made.json["id"]?.string ?? ""
            let endpoint = made.json["endpoint"]?.string ?? ""
            let first = made.json["secret"]?.string ?? ""
            #expect(endpoint.hasPrefix("wh_"))
            #expect(first.utf8.count == 64)
            let shown = try await client.get("/api/v1/webhooks/\(webhook)")
            #expect(shown.json["secret"] == nil)
            #expect(shown.json["name"] == "CI")
            func deliver(_ secret: String, _ id: String) async throws -> Int {
                try await client.raw(.post, "/webhook/\(endpoint)", headers: signed(body, secret, id: id), body: body)
                    .status
            }
            #expect(try await deliver(first, "1") == 202)
            let rotated = try await client.post("/api/v1/webhooks/\(webhook)/rotate", ["overlap": "1h"])
            #expect(rotated.status == 200)
            let second = rotated.json["secret"]?.string ?? ""
            #expect(second != first)
            #expect(try await [deliver(first, "2"), deliver(second, "3"), deliver("other", "4")] == [202, 202, 401])
            api.clock.advance(by: 3_700_000)
            #expect(try await [deliver(first, "5"), deliver(second, "6")] == [401, 202])
            #expect(try await client.delete("/api/v1/webhooks/\(webhook)").status == 204)
            #expect(try await deliver(second, "7") == 404)
            #expect(try await api.vault.list(in: .initial).isEmpty)
        }
    }

    @Test func `a declared webhook without a secret is closed until it is given one`() async throws {
        let body = Array("{}".utf8)
        try await api.test { client in
            let id = try await client.store(workflow(["path": "p", "verify": ["scheme": "patchbay"]]))
            let webhooks = try await client.get("/api/v1/webhooks?workflow_id=\(id)")
            let webhook = webhooks.json["items"]?[0]?["id"]?.string ?? ""
            let closed = try await client.raw(.post, "/webhook/p", headers: signed(body, "x", id: "1"), body: body)
            #expect(closed.code == "WEBHOOK_SECRET_UNAVAILABLE")
            let rotated = try await client.post("/api/v1/webhooks/\(webhook)/rotate")
            #expect(rotated.json["previous_valid_until"] == .null)
            let secret = rotated.json["secret"]?.string ?? ""
            let open = try await client.raw(.post, "/webhook/p", headers: signed(body, secret, id: "1"), body: body)
            #expect(open.status == 202)
            #expect(try await client.delete("/api/v1/webhooks/\(webhook)").code == "WEBHOOK_DECLARED")
        }
    }

    @Test func `limits, filter and state of an endpoint count`() async throws {
        try await api.test { client in
            let id = try await client.store(workflow(["path": "p"]))
            let webhooks = try await client.get("/api/v1/webhooks?workflow_id=\(id)")
            let path = "/api/v1/webhooks/" + (webhooks.json["items"]?[0]?["id"]?.string ?? "")
            let changed = try await client.put(path, ["filter": "$.body.wanted", "max_bytes": 30])
            #expect(changed.json["filter"] == "$.body.wanted")
            #expect(try await client.post("/webhook/p", ["wanted": 1]).status == 202)
            #expect(try await client.post("/webhook/p", ["other": 1]).json["filtered"] == true)
            let large = try await client.post("/webhook/p", ["wanted": "123456789012345678901234567890"])
            #expect(large.status == 413)
            #expect(try await client.post(path + "/disable").json["enabled"] == false)
            #expect(try await client.post("/webhook/p", ["wanted": 1]).code == "WEBHOOK_DISABLED")
            #expect(try await client.post(path + "/enable").status == 200)
            #expect(try await client.put(path, ["filter": .null, "per_minute": 2]).json["filter"] == .null)
            let statuses = [
                try await client.post("/webhook/p", [:]).status, try await client.post("/webhook/p", [:]).status,
                try await client.post("/webhook/p", [:]).status,
            ]
            #expect(statuses == [202, 202, 429])
            #expect(try await client.put(path, ["filter": "nonsense"]).problems == ["wrong-type"])
            let listed = try await client.get(path + "/events?verdict=refused")
            #expect(
                listed.json["items"]?.array?.compactMap { $0["reason"]?.string } == [
                    "WEBHOOK_DISABLED", "BODY_TOO_LARGE",
                ])
        }
    }

    @Test func `deliveries are looked at, repeated, tried and simulated`() async throws {
        try await api.test { client in
            _ = try await api.vault.add(
                name: "KEY", kind: .secret, fields: ["value": Secret("hush")], in: .initial)
            let id = try await client.store(
                workflow(["path": "p", "verify": ["scheme": "patchbay", "secret": "KEY"], "filter": "$.body.n"]))
            let webhooks = try await client.get("/api/v1/webhooks?workflow_id=\(id)")
            let path = "/api/v1/webhooks/" + (webhooks.json["items"]?[0]?["id"]?.string ?? "")
            let tried = try await client.post(path + "/test", ["body": ["m": 1]])
            #expect(tried.json["verdict"] == "filtered")
            let fits = try await client.post(path + "/test", ["body": ["n": 1]])
            #expect(fits.json["trigger"]?["body"] == ["n": 1])
            #expect(api.runs.count == 0)
            let started = try await client.post(path + "/test", ["body": ["n": 1], "start": true])
            #expect(started.json["run_id"]?.string != nil)
            let simulated = try await client.post(path + "/simulate", ["body": ["n": 2], "deliver": true])
            #expect(simulated.json["delivered"]?["verdict"] == "accepted")
            #expect(simulated.json["curl"]?.string?.contains("x-patchbay-signature: sha256=") == true)
            #expect(!simulated.json.text.contains("hush"))
            let events = try await client.get(path + "/events")
            let items = events.json["items"]?.array ?? []
            #expect(items.count == 2)
            let event = items[0]["id"]?.string ?? ""
            #expect(try await client.get(path + "/events/\(event)").json["body"] == #"{"n":2}"#)
            let again = try await client.post(path + "/events/\(event)/replay")
            #expect(again.status == 202)
            #expect(again.json["replay_of"]?.string == event)
            let many = try await client.post(path + "/replay", ["events": .array(items.compactMap { $0["id"] })])
            #expect(many.json["items"]?.array?.count == 2)
            _ = try await client.raw(.post, "/webhook/p", body: Array("{}".utf8))
            let refused = try await client.get(path + "/events?verdict=refused")
            let other = refused.json["items"]?[0]?["id"]?.string ?? ""
            #expect(try await client.post(path + "/events/\(other)/replay").code == "DELIVERY_NOT_KEPT")
            await client.settle()
            #expect(api.runs.count == 5)
        }
    }
}

extension MemoryRuns {
    fileprivate var count: Int { kept.withLock { $0.count } }
}
