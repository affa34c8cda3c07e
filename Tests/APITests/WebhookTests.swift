import HTTPTypes
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Synchronization
import Testing

struct WebhookTests {
    private let api = TestAPI()
    /// GitHub's own example (https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries).
    private static let secret = "It's a Secret to Everybody"
    private static let body = Array("Hello, World!".utf8)
    private static let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    private static let verified = Documents.webhook(path: "gh", scheme: "github", secret: "GITHUB_WEBHOOK_SECRET")

    private func addSecret() async throws {
        _ = try await api.vault.add(
            name: "GITHUB_WEBHOOK_SECRET", kind: .secret, fields: ["value": Secret(Self.secret)], in: .initial)
    }

    @Test func `a delivery is stored before it is acknowledged`() async throws {
        let answer = try await api.test { client in
            _ = try await client.store(Documents.webhook(path: "ci/deploy"))
            return try await client.raw(
                .post, "/webhook/ci/deploy?x=1&x=2&y=a+b%21",
                headers: [
                    .contentType: "application/json", .authorization: "Bearer hush", .cookie: "hush=1",
                    HTTPField.Name("X-GitHub-Event")!: "deployment_status",
                    HTTPField.Name("X-GitHub-Delivery")!: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
                ], body: Array(#"{"ref": "main"}"#.utf8))
        }
        #expect(answer.status == 202)
        #expect(answer.json["delivery_id"] == "72d3162e-cc78-11e3-81ab-4c9367dc0958")
        #expect(answer.json["duplicate"] == false)
        let run = try #require(answer.json["run_id"]?.string.flatMap { RunID($0) })
        let trigger = try #require(api.runs.trigger(of: run))
        #expect(trigger["kind"] == "webhook")
        #expect(trigger["body"] == ["ref": "main"])
        #expect(trigger["method"] == "POST")
        #expect(trigger["path"] == "ci/deploy")
        #expect(trigger["query"] == ["x": ["1", "2"], "y": "a b!"])
        #expect(trigger["headers"]?["x-github-event"] == "deployment_status")
        #expect(trigger["delivery_id"] == "72d3162e-cc78-11e3-81ab-4c9367dc0958")
        #expect(!trigger.text.contains("hush"))
        #expect(api.runs.find(run, .initial)?.record.trigger == "webhook")
    }

    @Test func `a delivery starts the workflow`() async throws {
        let done = try await api.testWithWorker { client in
            _ = try await client.store(Documents.webhook())
            let accepted = try await client.post("/webhook/deploy", ["ref": "main"])
            return try await client.finished(at: "/api/v1/runs/" + (accepted.json["run_id"]?.string ?? ""))
        }
        #expect(done.json["status"] == "completed")
        #expect(done.json["output"] == ["seen": ["ref": "main"]])
        #expect(done.json["trigger"] == "webhook")
    }

    @Test(arguments: ["X-GitHub-Delivery", "X-Patchbay-Delivery-ID", "webhook-id"])
    func `a delivery that comes again starts nothing`(header: String) async throws {
        let name = try #require(HTTPField.Name(header))
        let answers = try await api.test { client in
            _ = try await client.store(Documents.webhook())
            return [
                try await client.post("/webhook/deploy", [:], headers: [name: "d-1"]),
                try await client.post("/webhook/deploy", [:], headers: [name: "d-1"]),
                try await client.post("/webhook/deploy", [:], headers: [name: "d-2"]),
                try await client.post("/webhook/deploy", [:]), try await client.post("/webhook/deploy", [:]),
            ]
        }
        #expect(answers.map { $0.json["duplicate"] } == [false, true, false, false, false])
        #expect(answers[0].json["run_id"] == answers[1].json["run_id"])
        #expect(Set(answers.map { $0.json["run_id"]?.string }).count == 4)
        #expect(answers[3].json["delivery_id"]?.string.flatMap { DeliveryID($0) } != nil)
    }

    @Test(arguments: ["", " ", "a b", String(repeating: "d", count: 201)])
    func `a delivery id that is none is refused`(id: String) async throws {
        let answer = try await api.test { client in
            _ = try await client.store(Documents.webhook())
            return try await client.post(
                "/webhook/deploy", [:], headers: [HTTPField.Name("X-Patchbay-Delivery-ID")!: id])
        }
        #expect(answer.problems == ["bad-header"])
    }

    @Test func `a signed delivery is taken`() async throws {
        try await addSecret()
        let answer = try await deliver([.signature: Self.signature])
        #expect(answer.status == 202)
        let run = try #require(answer.json["run_id"]?.string.flatMap { RunID($0) })
        #expect(api.runs.trigger(of: run)?["body"] == "Hello, World!")
    }

    @Test(
        arguments: [
            ([:], "SIGNATURE_MISSING"), ([.signature: "sha1=ab"], "SIGNATURE_INVALID"),
            ([.signature: "sha256=" + String(repeating: "0", count: 64)], "SIGNATURE_INVALID"),
            ([.signature: String(signature.dropLast())], "SIGNATURE_INVALID"), ([.signature: ""], "SIGNATURE_INVALID"),
        ] as [(HTTPFields, String)])
    func `a delivery that proves nothing is refused and not stored`(headers: HTTPFields, code: String) async throws {
        try await addSecret()
        let answer = try await deliver(headers)
        #expect(answer.status == 401)
        #expect(answer.code == code)
        #expect(api.runs.kept.withLock { $0.isEmpty })
        #expect(!String(decoding: answer.bytes, as: UTF8.self).contains(Self.secret))
        #expect(!api.log.lines.contains { $0.contains(Self.secret) || $0.contains(Self.signature) })
    }

    @Test func `a body that was changed on the way is refused`() async throws {
        try await addSecret()
        let answer = try await deliver([.signature: Self.signature], body: Self.body + [0x21])
        #expect(answer.code == "SIGNATURE_INVALID")
    }

    @Test func `what is not signed is not even read`() async throws {
        try await addSecret()
        let answer = try await deliver([.contentType: "application/json"], body: Array("{".utf8))
        #expect(answer.code == "SIGNATURE_MISSING")
    }

    @Test func `without its secret a webhook takes nothing`() async throws {
        try await addSecret()
        let answer = try await api.test { client in
            _ = try await client.store(Self.verified)
            _ = try await client.delete("/api/v1/credentials/GITHUB_WEBHOOK_SECRET?force=true")
            return try await client.raw(.post, "/webhook/gh", headers: [.signature: Self.signature], body: Self.body)
        }
        #expect(answer.status == 503)
        #expect(answer.code == "WEBHOOK_SECRET_UNAVAILABLE")
    }

    @Test func `a trigger that this host does not understand is closed, not open`() async throws {
        let now = api.clock.now
        let workflow = WorkflowRecord(
            id: .new(at: now), tenant: .initial, name: "Newer", about: "", status: .active, version: 1, createdAt: now,
            updatedAt: now)
        try await api.workflows.create(
            workflow, document: Documents.webhook(path: "newer", scheme: "quantum", secret: "S"),
            webhooks: [
                WebhookRecord(
                    id: .new(at: now), tenant: .initial, workflow: workflow.id, endpoint: "newer", node: "hook")
            ])
        let answer = try await api.test { try await $0.post("/webhook/newer", [:]) }
        #expect(answer.status == 503)
        #expect(answer.code == "WEBHOOK_UNUSABLE")
        #expect(api.runs.kept.withLock { $0.isEmpty })
    }

    @Test func `patchbay's own signature holds for five minutes`() async throws {
        try await addSecret()
        let answers = try await api.test { [api] client in
            _ = try await client.store(
                Documents.webhook(path: "own", scheme: "patchbay", secret: "GITHUB_WEBHOOK_SECRET"))
            var answers: [TestClient.Answer] = []
            for age: Int64 in [0, 299_000, 310_000, -310_000] {
                let signed = WebhookVerification.headers(
                    scheme: .patchbay, of: SignedDelivery(headers: [:], body: Self.body), id: "d\(age)",
                    secret: Secret(Self.secret), at: Timestamp(milliseconds: api.clock.now.milliseconds - age))
                var headers: HTTPFields = [:]
                for field in signed ?? [] { headers[HTTPField.Name(field.name)!] = field.value }
                answers.append(try await client.raw(.post, "/webhook/own", headers: headers, body: Self.body))
            }
            return answers
        }
        #expect(answers.map(\.status) == [202, 202, 401, 401])
        #expect(answers[2].code == "SIGNATURE_EXPIRED")
    }

    @Test(
        arguments: [
            ("application/json", "{\"a\": 1}", ["a": 1]), ("application/vnd.api+json", "[1]", [1]),
            ("", "{\"a\": 1}", ["a": 1]), ("", "plain", "plain"), ("text/plain; charset=utf-8", "{}", "{}"),
            ("application/x-www-form-urlencoded", "a=1&b=%C3%A9+x&a=2&c", ["a": ["1", "2"], "b": "é x", "c": ""]),
            ("application/x-www-form-urlencoded", "payload=%7B%22a%22%3A1%7D", ["a": 1]),
            ("application/x-www-form-urlencoded", "payload=%7B", ["payload": "{"]),
            ("application/x-www-form-urlencoded", "payload=1&x=2", ["payload": "1", "x": "2"]),
            ("application/xml", "<a/>", "<a/>"), ("application/json", "", nil),
        ] as [(String, String, JSON)])
    func `a body is read by its type`(type: String, text: String, body: JSON) async throws {
        let answer = try await api.test { client in
            _ = try await client.store(Documents.webhook())
            return try await client.raw(
                .post, "/webhook/deploy", headers: type.isEmpty ? [:] : [.contentType: type], body: Array(text.utf8))
        }
        let run = try #require(answer.json["run_id"]?.string.flatMap { RunID($0) })
        #expect(api.runs.trigger(of: run)?["body"] == body)
    }

    @Test(
        arguments: [
            ("application/json", Array("{".utf8), 400, "INVALID_JSON"), ("", Array(" [1,".utf8), 400, "INVALID_JSON"),
            ("text/plain", [0xff, 0xfe], 415, "UNSUPPORTED_MEDIA_TYPE"),
            ("image/png", [0x89, 0x50, 0x4e, 0x47], 415, "UNSUPPORTED_MEDIA_TYPE"),
            ("application/x-www-form-urlencoded", Array("a=%FF".utf8), 415, "UNSUPPORTED_MEDIA_TYPE"),
            ("text/plain; charset=utf-16", [0x20, 0x20], 415, "UNSUPPORTED_MEDIA_TYPE"),
        ] as [(String, [UInt8], Int, String)])
    func `a body that cannot be read is refused and not stored`(
        type: String, body: [UInt8], status: Int, code: String
    ) async throws {
        let answer = try await api.test { client in
            _ = try await client.store(Documents.webhook())
            return try await client.raw(
                .post, "/webhook/deploy", headers: type.isEmpty ? [:] : [.contentType: type], body: body)
        }
        #expect(answer.status == status)
        #expect(answer.code == code)
        #expect(api.runs.kept.withLock { $0.isEmpty })
    }

    @Test func `a delivery above a mebibyte is refused with the limit`() async throws {
        let answer = try await api.testLive { client in
            _ = try await client.store(Documents.webhook())
            return try await client.raw(
                .post, "/webhook/deploy", body: [UInt8](repeating: 0x20, count: (1 << 20) + 1))
        }
        #expect(answer.status == 413)
        #expect(answer.json["error"]?["message"]?.string?.contains("1 MiB") == true)
    }

    @Test(arguments: ["/webhook/nothing", "/webhook/deploy/more", "/webhook/%FF", "/webhook/%00"])
    func `an endpoint that is not there is not found`(path: String) async throws {
        let answer = try await api.test { client in
            _ = try await client.store(Documents.webhook())
            return try await client.post(path, [:])
        }
        #expect(answer.status == 404)
        #expect(answer.code == "WEBHOOK_NOT_FOUND")
    }

    @Test func `a webhook takes its own method`() async throws {
        let (get, post) = try await api.test { client in
            _ = try await client.store(Documents.webhook(method: "GET"))
            return (try await client.raw(.get, "/webhook/deploy?a=1"), try await client.post("/webhook/deploy", [:]))
        }
        #expect(get.status == 202)
        let run = try #require(get.json["run_id"]?.string.flatMap { RunID($0) })
        #expect(api.runs.trigger(of: run)?["query"] == ["a": "1"])
        #expect(api.runs.trigger(of: run)?["body"] == .null)
        #expect(post.status == 405)
        #expect(post.headers[.allow] == "GET")
    }

    @Test func `a paused workflow takes no deliveries`() async throws {
        let answer = try await api.test { [api] client in
            let id = try await client.store(Documents.webhook())
            api.workflows.pause(try #require(WorkflowID(id)))
            return try await client.post("/webhook/deploy", [:])
        }
        #expect(answer.status == 409)
        #expect(answer.code == "WORKFLOW_PAUSED")
        #expect(api.runs.kept.withLock { $0.isEmpty })
    }

    private func deliver(_ headers: HTTPFields, body: [UInt8] = body) async throws -> TestClient.Answer {
        try await api.test { client in
            _ = try await client.store(Self.verified)
            return try await client.raw(.post, "/webhook/gh", headers: headers, body: body)
        }
    }
}

extension HTTPField.Name {
    fileprivate static let signature = HTTPField.Name("X-Hub-Signature-256")!
}
