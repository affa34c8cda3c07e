import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Synchronization
import TaskFixture
import Testing

@testable import PatchbayEngine

@Suite("Tasks in Slack: what their messages look like, and how they are kept up to date")
struct SlackTaskTests {
    /// Slack's Web API, as far as it is called here.
    private final class Slack: TenantWebExchange {
        private struct State {
            var calls: [(method: String, body: JSON)] = []
            var refusals: [String: String] = [:]
            var meanwhile: (@Sendable (String) async throws -> Void)?
        }

        private let state = Mutex(State())

        var calls: [(method: String, body: JSON)] { state.withLock { $0.calls } }
        var methods: [String] { calls.map(\.method) }

        func refuse(_ method: String, _ word: String?) { state.withLock { $0.refusals[method] = word } }
        func meanwhile(_ body: @escaping @Sendable (String) async throws -> Void) {
            state.withLock { $0.meanwhile = body }
        }

        func exchange(_ request: WebRequest, for tenant: TenantID) async throws -> WebAnswer {
            let method = String(request.url.split(separator: "/").last ?? "")
            let body =
                (try? JSON(parsing: request.body)) ?? FormFields(String(decoding: request.body, as: UTF8.self))?.json
            let (refusal, meanwhile) = state.withLock { state in
                state.calls.append((method, body ?? .null))
                return (state.refusals[method], state.meanwhile)
            }
            try await meanwhile?(method)
            if let refusal { return answer(["ok": false, "error": .string(refusal)]) }
            return switch method {
            case "users.lookupByEmail": answer(["ok": true, "user": ["id": "U1"]])
            default: answer(["ok": true, "channel": "C1", "ts": .string("1.\(calls.count)")])
            }
        }

        private func answer(_ json: JSON) -> WebAnswer { WebAnswer(status: 200, body: json.bytes()) }
    }

    private struct Credentials: CredentialSource {
        func grant(
            named name: String, in tenant: TenantID, for purpose: CredentialPurpose
        ) async throws -> CredentialGrant? {
            CredentialGrant(
                record: CredentialRecord(
                    id: .new(at: .start), tenant: tenant, name: name, kind: .bearer, connector: "slack", hosts: [],
                    settings: [:], createdAt: .start), fields: ["token": Secret("xoxb-1")])
        }
    }

    private let clock = ManualClock()
    private let slack = Slack()
    private let tasks = MemoryTasks(MemoryStore())
    private let posts = MemorySlackPosts()
    private let links = TaskLinks(key: SealingKey(), publicURL: "https://flows.example.com")

    private var sender: NoticeSlack {
        NoticeSlack(
            web: slack, credentials: Credentials(), tasks: SlackTasks(tasks: tasks, posts: posts, links: links))
    }

    private func task(
        _ channel: String? = "#approvals", _ people: [String] = ["ada@example.com"],
        _ change: (inout HumanTask) -> Void = { _ in }
    ) throws -> TaskRecord {
        var human = HumanTask(
            title: "Access to <billing> & co", details: "For a week.", payload: ["system": "billing", "days": 7],
            assignees: people.compactMap { Assignee($0) }, requester: "sam@example.com",
            slack: SlackPlace(credential: "team", secret: "SIGN", channel: channel))
        change(&human)
        var state = TaskState(human, openedAt: clock.now)
        _ = try state.apply(.opened(TaskDirectory()), at: clock.now)
        return TaskRecord(
            id: .new(at: clock.now), tenant: .initial, run: .new(at: clock.now), workflow: .new(at: clock.now),
            workflowName: "w", node: "ask", path: "", attempt: 1, state: state)
    }

    private func opened(_ task: TaskRecord) async throws -> TaskRecord { try await tasks.open(task, TaskChange()).task }

    private func decided(_ task: TaskRecord, by person: String = "ada@example.com") async throws -> TaskRecord {
        var next = task
        let actor = TaskActor(address: person, name: person, way: .slack)
        _ = try next.state.apply(.decided(by: actor, TaskChoice(value: "approved", comment: "Fine")), at: clock.now)
        next.version += 1
        #expect(try await tasks.save(next, TaskChange()))
        return next
    }

    private func send(_ notices: [NewNotice]) async throws {
        for notice in notices {
            _ = try await sender.send(PendingNotice(tenant: .initial, notice: notice, attempt: 1))
        }
    }

    private func content(_ task: TaskRecord, _ person: String? = nil, hasPage: Bool = true) -> SlackTaskContent {
        SlackTaskContent(task, for: person, hasPage: hasPage)
    }

    private func buttons(_ blocks: JSON) -> [JSON] {
        blocks.array?.first { $0["type"] == "actions" }?["elements"]?.array ?? []
    }

    // MARK: What it looks like

    @Test func `a message has title, details, payload and a button for each option, all of them as they are`() throws {
        let task = try task()
        let content = content(task)
        #expect(content.text == "Your decision is needed: Access to &lt;billing&gt; &amp; co")
        let blocks = content.blocks(carrying: "t")
        #expect(blocks[0]?["text"]?["text"] == "Access to <billing> & co")
        #expect(blocks[1]?["text"] == ["type": "plain_text", "text": "For a week.", "emoji": false])
        #expect(blocks[2]?["text"]?["text"] == "system: billing\ndays: 7")
        #expect(blocks[3]?["elements"]?.text.contains("Asked for by sam@example.com") == true)
        let buttons = buttons(blocks)
        #expect(buttons.map { $0["action_id"] } == ["decide:approved", "decide:rejected", "page"])
        #expect(buttons.map { $0["style"] } == ["primary", "danger", nil])
        #expect(buttons.allSatisfy { $0["value"] == "t" })
        #expect(SlackTaskContent.option(ofAction: "decide:approved") == "approved")
        #expect(SlackTaskContent.option(ofAction: "page") == nil)
    }

    @Test func `the longest task stays within Slack's limits`() throws {
        let task = try task("#x", (0..<100).map { "person\($0)@example.com" }) { human in
            human.title = String(repeating: "t", count: 200)
            human.details = String(repeating: "d", count: 10_000)
            human.payload = .string(String(repeating: "p", count: 60_000))
            human.options = (0..<20).map { .init(label: String(repeating: "l", count: 75), value: "v\($0)") }
        }
        let blocks = content(task).blocks(carrying: String(repeating: "k", count: 1_024))
        #expect(blocks.array?.count ?? 99 <= 50)
        for block in blocks.array ?? [] {
            let limit = block["type"] == "header" ? 150 : 3_000
            #expect(block["text"]?["text"]?.string?.count ?? 0 <= limit)
        }
        #expect(buttons(blocks).count == 21)
        #expect(buttons(blocks).allSatisfy { $0["text"]?["text"]?.string?.count ?? 99 <= 75 })
    }

    @Test func `who is not asked, and who has decided, sees no buttons; a task that is over says who decided`()
        async throws
    {
        let two = try task(nil, ["ada@example.com", "bob@example.com"]) { $0.quorum = .all }
        let first = try await decided(try await opened(two))
        #expect(buttons(content(first, "ada@example.com").blocks(carrying: "t")).isEmpty)
        #expect(buttons(content(first, "eve@example.com").blocks(carrying: "t")).isEmpty)
        #expect(!buttons(content(first, "bob@example.com", hasPage: false).blocks(carrying: "t")).isEmpty)
        let done = try await decided(first, by: "bob@example.com")
        let text = content(done, "bob@example.com").blocks(carrying: "t").text
        #expect(text.contains("Decided: Approve, by ada@example.com, bob@example.com"))
        #expect(text.contains("ada@example.com: Approve – Fine"))
        #expect(!text.contains("\"actions\""))
        #expect(content(done).text.hasPrefix("Decided: "))
    }

    @Test func `what looks the same has the same digest, whatever the buttons carry`() async throws {
        let task = try await opened(task())
        #expect(content(task).digest == content(task).digest)
        #expect(content(task).digest != content(try await decided(task)).digest)
    }

    // MARK: How it is sent

    @Test func `a channel has one message, which is changed once when the task is decided`() async throws {
        let task = try await opened(task())
        let asked = TaskNotices.all(.asked, task.state.people, of: task).filter { $0.channel == .slack }
        #expect(asked.map(\.recipient) == ["#approvals"])
        try await send(asked)
        // Sent again by a host that did not know: it is there.
        try await send(asked)
        #expect(slack.methods == ["chat.postMessage"])
        let token = try #require(buttons(slack.calls[0].body["blocks"] ?? .null).first?["value"]?.string)
        let link = try #require(TaskLink(token, under: links.key, at: clock.now))
        #expect(link.task == task.id)
        #expect(link.person == nil)
        #expect(TaskLink(token, under: links.key, at: clock.now + task.state.task.timeout) == nil)
        let done = try await decided(task)
        let shown = TaskNotices.refresh(done, from: task.state)
        #expect(shown.count == 1)
        try await send(shown + shown)
        #expect(slack.methods == ["chat.postMessage", "chat.update"])
        #expect(slack.calls[1].body["channel"] == "C1")
        #expect(slack.calls[1].body["ts"] == "1.1")
        #expect(buttons(slack.calls[1].body["blocks"] ?? .null).isEmpty)
        #expect(TaskNotices.refresh(done, from: done.state).isEmpty)
    }

    @Test func `without a channel each person is asked by themselves, found by their address`() async throws {
        let task = try await opened(task(nil, ["ada@example.com", "bob@example.com"]))
        try await send(TaskNotices.all(.asked, task.state.people, of: task).filter { $0.channel == .slack })
        #expect(
            slack.methods == ["users.lookupByEmail", "chat.postMessage", "users.lookupByEmail", "chat.postMessage"])
        #expect(slack.calls[0].body == ["email": "ada@example.com"])
        #expect(slack.calls[1].body["channel"] == "U1")
        #expect(try await posts.posts(of: task.id, in: .initial).map(\.person) == task.state.people)
        slack.refuse("users.lookupByEmail", "users_not_found")
        let others = TaskNotices.all(.escalated, ["eve@example.com"], of: task).filter { $0.channel == .slack }
        await #expect(
            throws: NoticeFailure("Slack refused users.lookupByEmail: users_not_found", isFinal: true)
        ) { try await send(others) }
    }

    @Test func `a reminder stands below the message, and none comes when all is over`() async throws {
        let task = try await opened(task())
        try await send(TaskNotices.all(.asked, task.state.people, of: task).filter { $0.channel == .slack })
        let reminder = TaskNotices.all(.reminder, task.state.people, of: task).filter { $0.channel == .slack }
        try await send(reminder)
        #expect(slack.calls[1].body["thread_ts"] == "1.1")
        #expect(slack.calls[1].body["reply_broadcast"] == true)
        #expect(slack.calls[1].body["text"]?.string?.contains("ada@example.com") == true)
        _ = try await decided(task)
        try await send(reminder)
        #expect(slack.calls.count == 2)
    }

    @Test func `what changes while a message is being sent is shown by it in the end`() async throws {
        let task = try await opened(task())
        slack.meanwhile { method in
            if method == "chat.postMessage" { _ = try await decided(task) }
        }
        try await send(TaskNotices.all(.asked, task.state.people, of: task).filter { $0.channel == .slack })
        #expect(slack.methods == ["chat.postMessage", "chat.update"])
        #expect(buttons(slack.calls[1].body["blocks"] ?? .null).isEmpty)
    }

    @Test func `a message that somebody has deleted does not keep the others from being changed`() async throws {
        let task = try await opened(task(nil, ["ada@example.com", "bob@example.com"]))
        try await send(TaskNotices.all(.asked, task.state.people, of: task).filter { $0.channel == .slack })
        slack.refuse("chat.update", "message_not_found")
        let done = try await decided(task)
        let refused = NoticeFailure("Slack refused chat.update: message_not_found", isFinal: true)
        await #expect(throws: refused) { try await send(TaskNotices.refresh(done, from: task.state)) }
        #expect(slack.methods.suffix(2) == ["chat.update", "chat.update"])
    }

    // MARK: Answers

    @Test func `an answer goes to the address that came with the press, and its link is made when it is sent`()
        async throws
    {
        let task = try await opened(task())
        let url = "https://hooks.slack.com/actions/T1/1/x"
        let page = SlackAnswer(.page("ada@example.com"), to: url, about: task).notice(of: "p1")
        #expect(!page.data.text.contains("token"))
        let (text, web) = (SlackAnswer(.text("No <such> thing"), to: url, about: task).notice(of: "p2"), slack)
        try await send([page, text])
        #expect(web.calls[0].body["response_type"] == "ephemeral")
        let token = web.calls[0].body["text"]?.string?.split(separator: "token=").last.map(String.init)
        let link = TaskLink(token ?? "", under: links.key, at: clock.now)
        #expect(link?.person == "ada@example.com")
        #expect(link?.task == task.id)
        #expect(web.calls[1].body["text"] == "No &lt;such&gt; thing")
        _ = try await decided(task)
        try await send([page])
        #expect(web.calls.count == 2)
    }

    // MARK: People

    private struct Directory: TenantWebExchange {
        var user: JSON

        func exchange(_ request: WebRequest, for tenant: TenantID) async throws -> WebAnswer {
            let answer: JSON =
                request.url.hasSuffix("auth.test")
                ? ["ok": true, "team_id": "T1", "enterprise_id": "E1"] : ["ok": true, "user": user]
            return WebAnswer(status: 200, body: answer.bytes())
        }
    }

    @Test(
        arguments: [
            (["team_id": "T1", "profile": ["email": "Ada@Example.com"]], "ada@example.com"),
            (
                ["team_id": "T2", "enterprise_user": ["enterprise_id": "E1"], "profile": ["email": "ada@example.com"]],
                "ada@example.com"
            ),
            (["team_id": "T2", "profile": ["email": "ada@example.com"]], nil),
            (["team_id": "T1", "is_stranger": true, "profile": ["email": "ada@example.com"]], nil),
            (["team_id": "T1", "deleted": true, "profile": ["email": "ada@example.com"]], nil),
            (["team_id": "T1", "is_bot": true, "profile": ["email": "ada@example.com"]], nil),
            (["team_id": "T1", "is_email_confirmed": false, "profile": ["email": "ada@example.com"]], nil),
            (["team_id": "T1", "profile": [:]], nil), ([:], nil),
        ] as [(JSON, String?)])
    func `people are those of the workspace, by their address there`(user: JSON, address: String?) async throws {
        let people = SlackPeople(web: Directory(user: user), credentials: Credentials())
        if let address {
            #expect(try await people.address(of: "U1", by: "team", in: .initial) == address)
        } else {
            await #expect(throws: SlackStranger.self) { try await people.address(of: "U1", by: "team", in: .initial) }
        }
    }
}
