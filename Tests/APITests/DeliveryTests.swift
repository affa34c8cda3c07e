import HTTPTypes
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Synchronization
import Testing

@testable import PatchbayAPI

/// What becomes of deliveries, and what the history keeps of them.
struct DeliveryTests {
    private let api = TestAPI()

    private func workflow(_ config: JSONObject) -> JSON {
        var config = config
        if config["path"] == nil { config["path"] = "deploy" }
        return [
            "name": "Deployments", "nodes": [["id": "hook", "type": "webhook", "config": .object(config)]],
            "edges": [],
        ]
    }

    private func addSecret(_ name: String = "KEY", _ text: String = "hush") async throws {
        _ = try await api.vault.add(name: name, kind: .secret, fields: ["value": Secret(text)], in: .initial)
    }

    private func signed(_ body: [UInt8], _ secret: String = "hush", age: Int64 = 0, id: String = "d1") -> HTTPFields {
        let headers = WebhookVerification.headers(
            scheme: .patchbay, of: SignedDelivery(headers: [:], body: body), id: id, secret: Secret(secret),
            at: api.clock.now + -age * 1_000)
        var fields: HTTPFields = [:]
        for field in headers ?? [] { fields[HTTPField.Name(field.name)!] = field.value }
        return fields
    }

    @Test func `refusals stand in the history with their reasons, without their bodies`() async throws {
        try await addSecret()
        let body = Array(#"{"n":1}"#.utf8)
        let statuses = try await api.test { client in
            _ = try await client.store(workflow(["verify": ["scheme": "patchbay", "secret": "KEY"]]))
            func deliver(_ headers: HTTPFields, _ body: [UInt8]) async throws -> Int {
                try await client.raw(.post, "/webhook/deploy", headers: headers, body: body).status
            }
            var short = signed(body)
            short[HTTPField.Name("X-Patchbay-Signature")!] = "sha256=" + String(repeating: "0", count: 62)
            return [
                try await deliver(signed(body), body), try await deliver(signed(body), body + [0x20]),
                try await deliver(signed(body, age: 400), body), try await deliver(short, body),
                try await deliver(signed(body), body), try await deliver([:], body),
                try await client.raw(.put, "/webhook/deploy", body: body).status,
            ]
        }
        #expect(statuses == [202, 401, 401, 401, 202, 401, 405])
        let records = api.deliveries.records
        #expect(records.map(\.verdict) == [.accepted, .refused, .refused, .refused, .duplicate, .refused, .refused])
        #expect(
            records.map(\.reason) == [
                nil, "SIGNATURE_INVALID", "SIGNATURE_EXPIRED", "SIGNATURE_INVALID", records[0].id.description,
                "SIGNATURE_MISSING", "METHOD_NOT_ALLOWED",
            ])
        #expect(records[4].run == records[0].run)
        #expect(records.map(\.status) == [202, 401, 401, 401, 202, 401, 405])
        #expect(api.runs.kept.withLock { $0.count } == 1)
    }

    @Test func `a flood of refusals is counted, not kept`() async throws {
        try await addSecret()
        try await api.test { client in
            _ = try await client.store(workflow(["verify": ["scheme": "patchbay", "secret": "KEY"]]))
            for _ in 0..<100 { _ = try await client.raw(.post, "/webhook/deploy", body: [0x31]) }
            api.clock.advance(by: 61_000)
            _ = try await client.raw(.post, "/webhook/deploy", body: [0x31])
        }
        let records = api.deliveries.records
        #expect(records.count == RefusalBudgetState.most + 1)
        #expect(records.last?.skipped == 100 - RefusalBudgetState.most)
    }

    @Test(arguments: ["{{ trigger.body.action == 'opened' }}", "$.body[?@ == 'opened']"])
    func `a filter decides what starts a run`(filter: String) async throws {
        let answers = try await api.test { client in
            _ = try await client.store(workflow(["filter": .string(filter)]))
            return [
                try await client.post("/webhook/deploy", ["action": "opened"]),
                try await client.post("/webhook/deploy", ["action": "closed"]),
                try await client.post("/webhook/deploy", ["other": 1]),
            ]
        }
        #expect(answers.map(\.status) == [202, 200, 200])
        #expect(answers[1].json["filtered"] == true)
        #expect(api.deliveries.records.map(\.verdict) == [.accepted, .filtered, .filtered])
        #expect(api.runs.kept.withLock { $0.count } == 1)
    }

    @Test func `Slack's question is answered once it is signed`() async throws {
        try await addSecret()
        let body = Array(#"{"type":"url_verification","challenge":"abc"}"#.utf8)
        let answers = try await api.test { [api] client in
            _ = try await client.store(workflow(["verify": ["scheme": "slack", "secret": "KEY"]]))
            let headers = WebhookVerification.headers(
                scheme: .slack, of: SignedDelivery(headers: [:], body: body), id: "", secret: Secret("hush"),
                at: api.clock.now)
            var fields: HTTPFields = [.contentType: "application/json"]
            let unsigned = try await client.raw(.post, "/webhook/deploy", headers: fields, body: body)
            for field in headers ?? [] { fields[HTTPField.Name(field.name)!] = field.value }
            return [unsigned, try await client.raw(.post, "/webhook/deploy", headers: fields, body: body)]
        }
        #expect(answers.map(\.status) == [401, 200])
        #expect(answers[1].json == ["challenge": "abc"])
        #expect(api.runs.kept.withLock { $0.isEmpty })
    }

    @Test func `Stripe's deliveries are told apart by their ids in the body`() async throws {
        let answers = try await api.test { client in
            _ = try await client.store(workflow([:]))
            return try await client.post("/webhook/deploy", ["id": "evt_1"])
        }
        #expect(answers.status == 202)
        try await addSecret()
        let body = Array(#"{"id":"evt_1"}"#.utf8)
        let stripe = try await api.test { [api] client in
            _ = try await client.store(
                workflow(["path": "stripe", "verify": ["scheme": "stripe", "secret": "KEY"]]))
            let headers = WebhookVerification.headers(
                scheme: .stripe, of: SignedDelivery(headers: [:], body: body), id: "", secret: Secret("hush"),
                at: api.clock.now)
            var fields: HTTPFields = [.contentType: "application/json"]
            for field in headers ?? [] { fields[HTTPField.Name(field.name)!] = field.value }
            return [
                try await client.raw(.post, "/webhook/stripe", headers: fields, body: body),
                try await client.raw(.post, "/webhook/stripe", headers: fields, body: body),
            ]
        }
        #expect(stripe.map { $0.json["duplicate"] } == [false, true])
        #expect(stripe.map { $0.json["delivery_id"] } == ["evt_1", "evt_1"])
    }

    @Test func `a new version counts at once`() async throws {
        let answers = try await api.test { client in
            let id = try await client.store(workflow([:]))
            let first = try await client.post("/webhook/deploy", ["n": 1])
            _ = try await client.put("/api/v1/workflows/\(id)", workflow(["filter": "$.body.wanted"]))
            return [
                first, try await client.post("/webhook/deploy", ["n": 2]),
                try await client.post("/webhook/deploy", ["wanted": 3]),
            ]
        }
        #expect(answers.map(\.status) == [202, 200, 202])
        let versions = api.runs.kept.withLock { $0.map(\.record.version) }
        #expect(versions.sorted() == [1, 2])
    }

    @Test func `when more comes than can be stored the sender is told to come again`() async throws {
        let answer = try await api.test { [api] client in
            _ = try await client.store(workflow([:]))
            api.deliveries.state.withLock { $0.isFull = true }
            return try await client.post("/webhook/deploy", [:])
        }
        #expect(answer.status == 503)
        #expect(answer.code == "BUSY")
        #expect(answer.headers[.retryAfter] == "1")
    }

    @Test func `several methods may be taken`() async throws {
        let statuses = try await api.test { client in
            _ = try await client.store(workflow(["method": ["PUT", "POST"]]))
            return [
                try await client.put("/webhook/deploy", [:]).status,
                try await client.post("/webhook/deploy", [:]).status,
                try await client.raw(.get, "/webhook/deploy").status,
            ]
        }
        #expect(statuses == [202, 202, 405])
    }

    @Test func `the former secret is good while both are named`() async throws {
        try await addSecret("OLD", "old")
        try await addSecret("NEW", "new")
        let body: [UInt8] = Array("{}".utf8)
        let statuses = try await api.test { client in
            _ = try await client.store(
                workflow(["verify": ["scheme": "patchbay", "secret": "NEW", "previous": "OLD"]]))
            var statuses: [Int] = []
            for secret in ["new", "old", "other"] {
                statuses.append(
                    try await client.raw(
                        .post, "/webhook/deploy", headers: signed(body, secret, id: secret), body: body
                    ).status)
            }
            return statuses
        }
        #expect(statuses == [202, 202, 401])
    }
}
