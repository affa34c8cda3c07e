import HTTPTypes
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity
import TaskFixture
import Testing

@testable import PatchbayAPI

/// Presses of buttons in Slack: who they are believed to be from, and what they do.
@Suite(.timeLimit(.minutes(2)))
struct SlackTests {
    private static let signingSecret = "8f742231b10e8888abcd99yyyzzz85a5"
    private static let path = "/slack/interactions"

    private let api = TestAPI()

    private func document(_ config: JSON) -> JSON {
        [
            "name": "Access",
            "nodes": [
                ["id": "start", "type": "manual"], ["id": "ask", "type": "human", "config": config],
                ["id": "yes", "type": "set", "config": ["values": ["by": "{{ steps.ask.output.decided_by }}"]]],
            ],
            "edges": [["source": "start", "target": "ask"], ["source": "ask", "port": "approved", "target": "yes"]],
        ]
    }

    /// Starts a run that asks in Slack, and answers it and its task once that is there.
    private func asked(
        _ more: JSONObject = [:], by client: TestClient
    ) async throws -> (run: TestClient.Answer, task: TaskRecord) {
        _ = try await api.vault.add(
            name: "team", kind: .bearer, connector: "slack", fields: ["token": Secret("xoxb-1")], in: .initial)
        _ = try await api.vault.add(
            name: "SIGN", kind: .secret, fields: ["value": Secret(Self.signingSecret)], in: .initial)
        var config: JSONObject = [
            "assignees": ["ada@example.com", "bob@example.com"],
            "slack": ["credential": "team", "secret": "SIGN", "channel": "#approvals"],
        ]
        for member in more { config[member.name] = member.value }
        let id = try await client.store(document(.object(config)))
        let run = try await client.post(
            "/api/v1/workflows/\(id)/execute", ["async": true, "input": ["system": "billing"]])
        while true {
            if let task = api.tasks.all.last { return (run, task) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func button(_ task: TaskRecord, for milliseconds: Int64 = 86_400_000) throws -> String {
        try TaskLink(
            tenant: task.tenant, task: task.id, person: nil, nonce: "slack", expiresAt: api.clock.now + milliseconds
        ).token(under: api.dependencies.identity.key).reveal()
    }

    /// A press as Slack sends it. `at` tells presses apart, as Slack's `action_ts` does.
    private func press(
        _ action: String, _ token: String, by user: String = "U0ADA", at number: Int = 1
    ) -> [UInt8] {
        let payload: JSON = [
            "type": "block_actions", "team": ["id": "T1", "domain": "example"],
            "user": ["id": .string(user), "username": "somebody", "team_id": "T1"],
            "response_url": "https://hooks.slack.com/actions/T1/1/abc", "trigger_id": "1.2.3",
            "actions": [
                [
                    "type": "button", "action_id": .string(action), "block_id": "b", "value": .string(token),
                    "action_ts": .string("1700000000.00000\(number)"),
                ]
            ],
        ]
        return Array(FormText.encoded([(name: "payload", value: payload.text)]).utf8)
    }

    private func headers(_ body: [UInt8], age: Int64 = 0, secret: String = signingSecret) -> HTTPFields {
        let seconds = String((api.clock.now.milliseconds - age) / 1_000)
        let code = Digest.hmacSHA256Hex(Array("v0:\(seconds):".utf8) + body, key: Array(secret.utf8))
        return [
            .contentType: "application/x-www-form-urlencoded", .userAgent: "Slackbot 1.0",
            HTTPField.Name("X-Slack-Request-Timestamp")!: seconds, HTTPField.Name("X-Slack-Signature")!: "v0=\(code)",
        ]
    }

    private func send(_ body: [UInt8], by client: TestClient) async throws -> Int {
        try await client.raw(.post, Self.path, headers: headers(body), body: body).status
    }

    private var votes: [TaskState.Vote] { api.tasks.all.last?.state.votes ?? [] }
    private var answers: [JSON] { api.notices.all.map(\.data) }

    @Test func `a press decides in the name of the Slack user's address, once, and it is on record how`() async throws {
        try await api.testWithWorker { client in
            let (run, task) = try await asked(by: client)
            #expect(api.tasks.notices.filter { $0.channel == .slack }.map(\.recipient) == ["#approvals"])
            let body = press("decide:approved", try button(task))
            #expect(try await send(body, by: client) == 200)
            #expect(try await client.finished(run).json["output"] == ["by": "ada@example.com"])
            let entry = try #require(
                try await api.tasks.entries(of: task.id, in: .initial).first { $0.kind == .decided })
            #expect(entry.actor["via"] == "slack")
            #expect(entry.actor["name"] == "slack:U0ADA")
            #expect(entry.actor["address"] == "ada@example.com")
            #expect(entry.data["payload"] == ["system": "billing"])
            #expect(answers.isEmpty)
            // Pressed again, and the same sent again: it is over.
            #expect(try await send(press("decide:rejected", try button(task), at: 2), by: client) == 200)
            #expect(try await send(body, by: client) == 200)
            #expect(votes.count == 1)
            #expect(answers.count == 2)
            #expect(answers.allSatisfy { $0["text"]?.string?.contains("over") == true })
        }
        let event = try #require(api.audit.events(.taskDecided).first)
        #expect(event.details["via"] == "slack")
        #expect(event.details["slack_user"] == "U0ADA")
        #expect(event.details["address"] == "ada@example.com")
        #expect(api.tasks.notices.contains { $0.key.contains(":shown:") })
    }

    @Test func `what Slack has not signed, or not now, is refused and does nothing`() async throws {
        try await api.testWithWorker { client in
            let (_, task) = try await asked(by: client)
            let body = press("decide:approved", try button(task))
            var changed = body
            changed[changed.count - 1] ^= 1
            let cases: [([UInt8], HTTPFields, String)] = [
                (changed, headers(body), "SIGNATURE_INVALID"), (body, headers(changed), "SIGNATURE_INVALID"),
                (body, headers(body, secret: "other"), "SIGNATURE_INVALID"),
                (body, headers(body, age: 301_000), "SIGNATURE_EXPIRED"),
                (body, headers(body, age: -301_000), "SIGNATURE_EXPIRED"),
                (body, [.contentType: "application/x-www-form-urlencoded"], "SIGNATURE_MISSING"),
            ]
            for (body, headers, code) in cases {
                let answer = try await client.raw(.post, Self.path, headers: headers, body: body)
                #expect(answer.status == 401)
                #expect(answer.code == code)
            }
            // What is about nothing here cannot be verified by anything.
            let foreign = try TaskLink(
                tenant: .initial, task: task.id, person: nil, nonce: "slack", expiresAt: api.clock.now + 1_000
            ).token(under: SealingKey()).reveal()
            for body in [press("decide:approved", foreign), press("decide:approved", ""), Array("payload=x".utf8), []] {
                let answer = try await client.raw(.post, Self.path, headers: headers(body), body: body)
                #expect(answer.status == 401)
            }
            #expect(votes.isEmpty)
            #expect(api.slack.calls == 0)
        }
    }

    @Test func `who is not asked, is of another workspace, or unknown, decides nothing and is told so`() async throws {
        try await api.testWithWorker { client in
            let (_, task) = try await asked(by: client)
            for (number, user) in ["U0EVE", "U0FAR", "U0NOBODY"].enumerated() {
                let body = press("decide:approved", try button(task), by: user, at: number)
                #expect(try await send(body, by: client) == 200)
            }
            #expect(votes.isEmpty)
            #expect(answers.compactMap { $0["text"]?.string }.count == 3)
            #expect(answers[0]["text"] == "You are not asked in this task.")
            #expect(answers[1]["text"]?.string?.contains("workspace") == true)
            #expect(api.notices.all.allSatisfy { $0.recipient == "https://hooks.slack.com/actions/T1/1/abc" })
        }
    }

    @Test func `the rules of every decision hold: quorum, requester, claims, one voice for each person`() async throws {
        try await api.testWithWorker { client in
            let (run, task) = try await asked(
                [
                    "assignees": ["ada@example.com", "bob@example.com", "eve@example.com"], "quorum": 2,
                    "requester": "eve@example.com", "requester_may_not_approve": true,
                ], by: client)
            let token = try button(task)
            #expect(try await send(press("decide:approved", token, by: "U0EVE"), by: client) == 200)
            #expect(try await send(press("decide:approved", token, at: 2), by: client) == 200)
            #expect(try await send(press("decide:approved", token, at: 3), by: client) == 200)
            #expect(votes.map(\.by) == ["ada@example.com"])
            #expect(answers.count == 2)
            #expect(try await send(press("decide:approved", token, by: "U0BOB", at: 4), by: client) == 200)
            #expect(try await client.finished(run).json["status"] == "completed")
        }
    }

    @Test func `a form, and the wish to comment, lead to the page`() async throws {
        try await api.testWithWorker { client in
            let form: JSON = ["type": "object", "properties": ["days": ["type": "integer"]], "required": ["days"]]
            let (_, task) = try await asked(["form": form], by: client)
            let token = try button(task)
            #expect(try await send(press("decide:approved", token), by: client) == 200)
            #expect(try await send(press("page", token, at: 2), by: client) == 200)
            #expect(answers.map { $0["person"] } == ["ada@example.com", "ada@example.com"])
            #expect(try await send(press("page", token, by: "U0EVE", at: 3), by: client) == 200)
            #expect(answers[2]["text"] == "You are not asked in this task.")
            #expect(try await send(press("decide:maybe", token, at: 4), by: client) == 200)
            #expect(try await send(press("dance", token, at: 5), by: client) == 200)
            #expect(answers.suffix(2).allSatisfy { $0["text"]?.string?.hasPrefix("This button") == true })
            #expect(votes.isEmpty)
            // What a button carries is no letter: it decides nothing on the page.
            let fields = Array(
                FormText.encoded([(name: "token", value: token), (name: "decision", value: "approved")]).utf8)
            let page = try await client.raw(
                .post, "/decide", headers: [.contentType: "application/x-www-form-urlencoded"], body: fields)
            #expect(page.status == 404)
        }
    }

    @Test func `a button that has expired, and Slack that does not answer, decide nothing`() async throws {
        try await api.testWithWorker { client in
            let (_, task) = try await asked(by: client)
            #expect(try await send(press("decide:approved", try button(task, for: -1)), by: client) == 200)
            api.slack.setDown(true)
            #expect(try await send(press("decide:approved", try button(task), at: 2), by: client) == 200)
            #expect(votes.isEmpty)
            #expect(answers[0]["text"]?.string?.contains("expired") == true)
            #expect(answers[1]["text"]?.string?.contains("Press it again") == true)
        }
    }

    @Test func `without its secret nothing can be verified, and what is too large is not read`() async throws {
        try await api.testWithWorker { client in
            let (_, task) = try await asked(by: client)
            let body = press("decide:approved", try button(task))
            #expect(try await api.vault.remove(named: "SIGN", in: .initial))
            let answer = try await client.raw(.post, Self.path, headers: headers(body), body: body)
            #expect(answer.code == "WEBHOOK_SECRET_UNAVAILABLE")
            let large = [UInt8](repeating: 0x61, count: api.limits.body + 1)
            #expect(try await client.raw(.post, Self.path, headers: headers(large), body: large).status == 413)
            #expect(votes.isEmpty)
        }
    }

    @Test func `a workflow names credentials that can do it`() async throws {
        try await api.test { client in
            let config: JSON = [
                "assignees": ["ada@example.com"], "slack": ["credential": "team", "secret": "SIGN"],
            ]
            let answer = try await client.post("/api/v1/workflows", document(config))
            #expect(answer.problems == ["unknown-credential", "unknown-credential"])
            for name in ["team", "SIGN"] {
                _ = try await api.vault.add(
                    name: name.lowercased(), kind: .bearer, connector: "github", fields: ["token": Secret("x")],
                    in: .initial)
            }
            let misfit: JSON = [
                "assignees": ["ada@example.com"], "slack": ["credential": "team", "secret": "sign"],
            ]
            #expect(
                try await client.post("/api/v1/workflows", document(misfit)).problems
                    == ["misfit-credential", "misfit-credential"])
        }
    }
}
