import HTTPTypes
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity
import TaskFixture
import Testing

@testable import PatchbayAPI

@Suite(.timeLimit(.minutes(2)))
struct TaskTests {
    private let api = TestAPI()

    private var desk: TaskDesk {
        TaskDesk(store: api.tasks, members: api.identity, signals: api.signals, clock: api.clock)
    }

    private func document(_ config: JSON) -> JSON {
        [
            "name": "Access",
            "nodes": [
                ["id": "start", "type": "manual"], ["id": "ask", "type": "human", "config": config],
                ["id": "yes", "type": "set", "config": ["values": ["by": "{{ steps.ask.output.decided_by }}"]]],
                ["id": "no", "type": "set", "config": ["values": ["why": "{{ steps.ask.output.comment }}"]]],
            ],
            "edges": [
                ["source": "start", "target": "ask"], ["source": "ask", "port": "approved", "target": "yes"],
                ["source": "ask", "port": "rejected", "target": "no"],
            ],
        ]
    }

    /// Starts a run, and answers it and its task once that is there.
    private func asked(
        _ config: JSON, by client: TestClient
    ) async throws -> (run: TestClient.Answer, task: TaskRecord) {
        let id = try await client.store(document(config))
        let run = try await client.post(
            "/api/v1/workflows/\(id)/execute", ["async": true, "input": ["system": "billing"]])
        while true {
            if let task = api.tasks.all.last { return (run, task) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test func `who is asked finds the task, decides it, and the run goes on; all of it is kept`() async throws {
        let ada = api.person("ada@example.com", [.initial: "viewer"])
        let eve = api.person("eve@example.com", [.initial: "viewer"])
        let (page, stranger) = (try await api.session(of: ada), try await api.session(of: eve))
        try await api.testWithWorker { client in
            let (run, task) = try await asked(
                ["title": "Access to {{ input.system }}", "assignees": ["ada@example.com"]], by: client)
            let list = try await client.page(.get, "/tasks", as: page)
            #expect(list.json["items"]?.array?.first?["title"] == "Access to billing")
            #expect(try await client.page(.get, "/tasks/counts", as: page).json["open"] == 1)
            #expect(try await client.page(.get, "/tasks", as: stranger).json["items"] == [])
            #expect(try await client.page(.get, "/tasks?scope=all", as: stranger).code == "FORBIDDEN")
            let path = "/tasks/\(task.id)"
            #expect(try await client.page(.get, path, as: stranger).code == "TASK_NOT_FOUND")
            #expect(try await client.page(.post, path + "/claim", as: page).json["claimed_by"] == "ada@example.com")
            #expect(try await client.page(.post, path + "/release", as: page).json["claimed_by"] == .null)
            #expect(try await client.page(.post, path + "/release", as: page).code == "TASK_NOT_CLAIMABLE")
            let comment = try await client.page(.post, path + "/comments", ["comment": "Why?"], as: page)
            #expect(comment.status == 200)
            #expect(try await client.page(.post, path + "/decide", ["decision": "maybe"], as: page).status == 400)
            #expect(
                try await client.page(.post, path + "/decide", ["decision": "approved", "form": 1], as: page).status
                    == 400)
            let decided = try await client.page(
                .post, path + "/decide", ["decision": "approved", "comment": "Fine"], as: page)
            #expect(decided.json["status"] == "decided")
            #expect(
                try await client.page(.post, path + "/decide", ["decision": "approved"], as: page).code
                    == "TASK_CLOSED")
            #expect(try await client.finished(run).json["output"] == ["by": "ada@example.com"])
            let history = try await client.page(.get, path, as: page).json["history"]?.array ?? []
            #expect(
                history.compactMap { $0["event"]?.string }
                    == ["opened", "claimed", "released", "commented", "decided", "closed"])
            let entry = history.first { $0["event"] == "decided" }
            #expect(entry?["data"]?["payload"] == ["system": "billing"])
            #expect(entry?["data"]?["comment"] == "Fine")
            #expect(entry?["actor"]?["address"] == "ada@example.com")
        }
        #expect(api.audit.all.contains { $0.action == .taskDecided && $0.details["decision"] == "approved" })
        #expect(api.tasks.notices.map(\.recipient) == ["ada@example.com"])
    }

    @Test func `a form is checked against the task's own schema`() async throws {
        let ada = api.person("ada@example.com", [.initial: "viewer"])
        let page = try await api.session(of: ada)
        try await api.testWithWorker { client in
            let form: JSON = ["type": "object", "properties": ["days": ["type": "integer"]], "required": ["days"]]
            let (run, task) = try await asked(["assignees": ["ada@example.com"], "form": form], by: client)
            let path = "/tasks/\(task.id)/decide"
            let bad = try await client.page(.post, path, ["decision": "approved", "form": ["days": "x"]], as: page)
            #expect(bad.status == 400)
            #expect(bad.json["error"]?["details"]?["problems"]?.array?.first?["pointer"] == "/form/days")
            #expect(try await client.page(.post, path, ["decision": "approved"], as: page).status == 400)
            let good = try await client.page(.post, path, ["decision": "rejected", "form": ["days": 3]], as: page)
            #expect(good.json["votes"]?.array?.first?["form"] == ["days": 3])
            #expect(try await client.finished(run).json["output"] == ["why": ""])
        }
    }

    @Test func `who sees to everybody's tasks asks somebody else, and decides for nobody`() async throws {
        api.person("ada@example.com", [.initial: "viewer"])
        let boss = api.person("boss@example.com", [.initial: "admin"])
        let page = try await api.session(of: boss)
        try await api.testWithWorker { client in
            let (run, task) = try await asked(["assignees": ["role:viewer"]], by: client)
            let path = "/tasks/\(task.id)"
            #expect(try await client.page(.get, "/tasks?scope=all", as: page).json["items"]?.array?.count == 1)
            #expect(try await client.page(.get, "/tasks", as: page).json["items"] == [])
            #expect(
                try await client.page(.post, path + "/decide", ["decision": "approved"], as: page).code
                    == "TASK_NOT_YOURS")
            let wrong = try await client.page(.post, path + "/delegate", ["to": "nobody"], as: page)
            #expect(wrong.status == 400)
            let moved = try await client.page(
                .post, path + "/delegate", ["from": "ada@example.com", "to": "boss@example.com"], as: page)
            #expect(moved.json["people"] == ["boss@example.com"])
            _ = try await client.page(.post, path + "/decide", ["decision": "approved"], as: page)
            #expect(try await client.finished(run).json["output"] == ["by": "boss@example.com"])
            // The installation's key has no address: it sees, and decides nothing.
            #expect(try await client.get("/api/v1/tasks?status=decided").json["items"]?.array?.count == 1)
            #expect(try await client.get("/api/v1/tasks/counts").json["open"] == 0)
        }
    }

    @Test func `when nobody decides it escalates, and is decided by itself, whoever looks and however often`()
        async throws
    {
        try await api.testWithWorker { client in
            let (run, task) = try await asked(
                [
                    "assignees": ["ada@example.com"], "timeout": "48h",
                    "escalation": [
                        ["after": "24h", "notify": ["boss@example.com"]], ["after": "48h", "action": "auto_reject"],
                    ],
                ], by: client)
            let start = task.state.openedAt
            for _ in 0..<3 { try await desk.look(at: start + 1_000) }
            #expect(api.tasks.notices.count == 1)
            api.clock.advance(by: 24 * 3_600_000)
            for _ in 0..<3 { try await desk.look(at: api.clock.now) }
            #expect(api.tasks.notices.map(\.recipient) == ["ada@example.com", "boss@example.com"])
            api.clock.advance(by: 24 * 3_600_000)
            for _ in 0..<3 { try await desk.look(at: api.clock.now) }
            #expect(try await client.finished(run).json["output"] == ["why": ""])
            let entries = try await api.tasks.entries(of: task.id, in: .initial)
            #expect(entries.map(\.kind) == [.opened, .escalated, .decided, .closed])
        }
    }

    @Test func `nobody to ask fails the run with a reason`() async throws {
        try await api.testWithWorker { client in
            let (run, _) = try await asked(["assignees": ["group:finance"]], by: client)
            #expect(try await client.finished(run).json["error"]?["code"] == "unassignable")
        }
    }

    @Test func `a change that others get ahead of is made over theirs`() async throws {
        let (ada, bob) = (
            api.person("ada@example.com", [.initial: "viewer"]), api.person("bob@example.com", [.initial: "viewer"])
        )
        let page = try await api.session(of: ada)
        let other = try await api.session(of: bob)
        try await api.testWithWorker { client in
            let (run, task) = try await asked(
                ["assignees": ["ada@example.com", "bob@example.com"], "quorum": "all"], by: client)
            async let first = client.page(.post, "/tasks/\(task.id)/decide", ["decision": "approved"], as: page)
            async let second = client.page(.post, "/tasks/\(task.id)/decide", ["decision": "approved"], as: other)
            let answers = try await [first, second]
            #expect(answers.map(\.status) == [200, 200])
            #expect(try await client.finished(run).json["status"] == "completed")
        }
        #expect(api.tasks.all[0].state.votes.count == 2)
    }

    // MARK: Letters

    private func link(_ task: TaskRecord, to person: String, nonce: String = "n1", for milliseconds: Int64 = 86_400_000)
        throws -> String
    {
        try TaskLink(
            tenant: task.tenant, task: task.id, person: person, nonce: nonce,
            expiresAt: api.clock.now + milliseconds
        ).token(under: api.dependencies.identity.key).reveal()
    }

    private func form(_ fields: [(name: String, value: String)]) -> [UInt8] { Array(FormText.encoded(fields).utf8) }

    private static let formType: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

    @Test func `looking at a letter's link decides nothing, and what the page sends decides once`() async throws {
        try await api.testWithWorker { client in
            let (run, task) = try await asked(
                ["title": "Pay <b>", "assignees": ["ada@example.com", "bob@example.com"], "quorum": 2], by: client)
            let token = try link(task, to: "ada@example.com")
            for _ in 0..<3 {
                let page = try await client.raw(.get, "/decide?token=\(token)&decision=rejected")
                #expect(page.status == 200)
                #expect(page.headers[.contentType] == "text/html; charset=utf-8")
                #expect(page.headers[.contentSecurityPolicy]?.contains("default-src 'none'") ?? false)
                let text = String(decoding: page.bytes, as: UTF8.self)
                #expect(text.contains("Pay &lt;b&gt;"))
                #expect(!text.contains("<script"))
                #expect(text.firstRange(of: "Reject<")!.lowerBound < text.firstRange(of: "Approve<")!.lowerBound)
            }
            #expect(api.tasks.all[0].state.votes.isEmpty)
            let choice = form([("token", token), ("decision", "approved"), ("comment", "Fine")])
            let done = try await client.raw(.post, "/decide", headers: Self.formType, body: choice)
            #expect(done.status == 200)
            let again = try await client.raw(.post, "/decide", headers: Self.formType, body: choice)
            #expect(again.status == 409)
            #expect(api.tasks.all[0].state.votes.map(\.by) == ["ada@example.com"])
            // Forwarded, it is still hers.
            #expect(try await client.raw(.get, "/decide?token=\(token)").status == 409)
            let second = try link(task, to: "bob@example.com", nonce: "n2")
            _ = try await client.raw(
                .post, "/decide", headers: Self.formType, body: form([("token", second), ("decision", "approved")]))
            #expect(try await client.finished(run).json["status"] == "completed")
            let entries = try await api.tasks.entries(of: task.id, in: .initial)
            let vote = entries.first { $0.kind == .decided }
            #expect(vote?.actor["via"] == "mail")
            #expect(vote?.data["payload"] == ["system": "billing"])
        }
        #expect(api.audit.events(.taskDecided).count == 2)
    }

    @Test func `a link that is over, changed or of somebody who is not asked opens nothing`() async throws {
        try await api.testWithWorker { client in
            let (_, task) = try await asked(["assignees": ["ada@example.com"]], by: client)
            let old = try link(task, to: "ada@example.com", for: -1)
            let good = try link(task, to: "ada@example.com")
            for token in [old, String(good.dropLast()), "x", ""] {
                #expect(try await client.raw(.get, "/decide?token=\(token)").status == 404)
                let body = form([("token", token), ("decision", "approved")])
                #expect(try await client.raw(.post, "/decide", headers: Self.formType, body: body).status == 404)
            }
            let stranger = form([("token", try link(task, to: "eve@example.com")), ("decision", "approved")])
            #expect(try await client.raw(.post, "/decide", headers: Self.formType, body: stranger).status == 409)
            let unknown = form([("token", good), ("decision", "maybe")])
            #expect(try await client.raw(.post, "/decide", headers: Self.formType, body: unknown).status == 400)
            let long = form([
                ("token", good), ("decision", "approved"), ("comment", String(repeating: "x", count: 4_001)),
            ])
            #expect(try await client.raw(.post, "/decide", headers: Self.formType, body: long).status == 400)
            #expect(api.tasks.all[0].state.votes.isEmpty)
        }
    }

    @Test func `a page asks for what the form has, and checks it`() async throws {
        try await api.testWithWorker { client in
            let (run, task) = try await asked(
                [
                    "assignees": ["ada@example.com"],
                    "form": [
                        "type": "object", "required": ["days"],
                        "properties": [
                            "days": ["type": "integer", "title": "Days"], "why": ["type": "string"],
                            "sure": ["type": "boolean"], "kind": ["type": "string", "enum": ["a", "b"]],
                        ],
                    ],
                ], by: client)
            let token = try link(task, to: "ada@example.com")
            let page = String(decoding: try await client.raw(.get, "/decide?token=\(token)").bytes, as: UTF8.self)
            for part in ["form.days", "form.why", "form.sure", "<select", "Days"] { #expect(page.contains(part)) }
            let bad = form([("token", token), ("decision", "approved"), ("form.days", "soon")])
            #expect(try await client.raw(.post, "/decide", headers: Self.formType, body: bad).status == 400)
            let good = form([
                ("token", token), ("decision", "approved"), ("form.days", "3"), ("form.sure", "true"),
                ("form.kind", "b"),
            ])
            #expect(try await client.raw(.post, "/decide", headers: Self.formType, body: good).status == 200)
            _ = try await client.finished(run)
            #expect(api.tasks.all[0].state.votes[0].form == ["days": 3, "sure": true, "kind": "b"])
        }
    }

    // MARK: Events

    @Test func `an event goes to all runs that wait for its key, once`() async throws {
        try await api.testWithWorker { client in
            let id = try await client.store([
                "name": "W",
                "nodes": [
                    ["id": "start", "type": "manual"],
                    ["id": "w", "type": "wait", "config": ["event": "paid", "key": "{{ input.order }}"]],
                ],
                "edges": [["source": "start", "target": "w"]],
            ])
            var runs: [TestClient.Answer] = []
            for order in ["a", "a", "b"] {
                runs.append(
                    try await client.post(
                        "/api/v1/workflows/\(id)/execute", ["async": true, "input": ["order": .string(order)]]))
            }
            let event: JSON = ["name": "paid", "key": "a", "payload": 7, "id": "e1"]
            #expect(try await client.post("/api/v1/events", event).status == 202)
            #expect(try await client.post("/api/v1/events", event).json["duplicate"] == true)
            for run in runs.prefix(2) {
                #expect(try await client.finished(run).json["output"]?["payload"] == 7)
            }
            #expect(try await client.get(runs[2].headers[.location] ?? "").json["status"] == "running")
            for body in [["name": "a"], ["name": "a", "key": "b", "keep": "8d"], ["name": "a", "key": ""]] as [JSON] {
                #expect(try await client.post("/api/v1/events", body).status == 400)
            }
        }
    }
}
