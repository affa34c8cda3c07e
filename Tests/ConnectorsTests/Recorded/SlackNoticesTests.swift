import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayOutbound
import PatchbaySecurity
import TaskFixture
import Testing

/// What the host itself says to Slack when people are asked there.
@Suite(.timeLimit(.minutes(5)))
struct SlackNoticesTests {
    private struct Web: TenantWebExchange {
        let client: OutboundClient

        func exchange(_ request: WebRequest, for tenant: TenantID) async throws -> WebAnswer {
            try await client.exchange(request)
        }
    }

    private struct Credentials: CredentialSource {
        let url: String

        func grant(
            named name: String, in tenant: TenantID, for purpose: CredentialPurpose
        ) async throws -> CredentialGrant? {
            CredentialGrant(
                record: CredentialRecord(
                    id: .new(at: Timestamp(milliseconds: 0)), tenant: tenant, name: name, kind: .bearer,
                    connector: "slack", hosts: [], settings: ["base_url": .string(url)],
                    createdAt: Timestamp(milliseconds: 0)), fields: ["token": Secret("xoxb-1-secret")])
        }
    }

    private struct NoMessages: RunMessages {
        func send(_ message: RunMessage, to run: RunID, in tenant: TenantID, at: Timestamp) async throws -> Bool {
            true
        }
        func messages(for run: RunID, in tenant: TenantID) async throws -> [RunMessage] { [] }
        func addressees(worker: String) async throws -> [RunID] { [] }
        func forget(_ messages: [RunMessage], of run: RunID, in tenant: TenantID) async throws {}
    }

    private func answer(_ request: RecordingServer.Request) -> RecordingServer.Answer {
        request.path == "/api/users.lookupByEmail"
            ? .json(200, ["ok": true, "user": ["id": "W012A3CDE"]]) : SlackVendor.answer(request)
    }

    @Test func `messages that ask, remind and say who decided are as Slack describes them`() async throws {
        let server = RecordingServer(answer)
        defer { server.stop() }
        let (now, tasks) = (Timestamp(milliseconds: 1_768_212_300_000), MemoryTasks(NoMessages()))
        let sender = NoticeSlack(
            web: Web(client: try OutboundClient(policy: try EgressPolicy(parsing: "127.0.0.0/8"))),
            credentials: Credentials(url: server.address + "/api"),
            tasks: SlackTasks(
                tasks: tasks, posts: MemorySlackPosts(),
                links: TaskLinks(key: SealingKey(), publicURL: "https://flows.example.com")))
        for channel in ["#approvals", nil] {
            let human = HumanTask(
                title: "Access", details: "For a week.", payload: ["system": "billing"],
                assignees: [.address("ada@example.com")],
                slack: SlackPlace(credential: "team", secret: "SIGN", channel: channel))
            var state = TaskState(human, openedAt: now)
            _ = try state.apply(.opened(TaskDirectory()), at: now)
            var task = TaskRecord(
                id: .new(at: now), tenant: .initial, run: .new(at: now), workflow: .new(at: now), workflowName: "w",
                node: "ask", path: "", attempt: 1, state: state)
            _ = try await tasks.open(task, TaskChange())
            func send(_ why: String) async throws {
                var data: JSONObject = [
                    "subject": "task", "task": .string(task.id.description), "why": .string(why), "credential": "team",
                ]
                if channel == nil { data["person"] = "ada@example.com" }
                let notice = NewNotice(key: why, channel: .slack, to: channel ?? "", data: .object(data))
                _ = try await sender.send(PendingNotice(tenant: .initial, notice: notice, attempt: 1))
            }
            try await send("asked")
            try await send("reminder")
            let actor = TaskActor(address: "ada@example.com", name: "slack:W012A3CDE", way: .slack)
            _ = try task.state.apply(.decided(by: actor, TaskChoice(value: "approved")), at: now)
            task.version += 1
            #expect(try await tasks.save(task, TaskChange()))
            try await send("shown")
        }
        let requests = server.requests
        let three = ["/api/chat.postMessage", "/api/chat.postMessage", "/api/chat.update"]
        #expect(requests.map(\.path) == three + ["/api/users.lookupByEmail"] + three)
        // The description knows it by GET alone, which would have people's addresses in logs of URLs; Slack's page
        // (https://docs.slack.dev/reference/methods/users.lookupByEmail) by POST too.
        expectFine(requests, for: "slack", except: "POST /api/users.lookupByEmail: no such operation")
    }
}
