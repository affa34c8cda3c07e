package import PatchbayCore
import PatchbayJSON

/// What somebody is told who has pressed a button in Slack, where words are needed: only they see it. It goes to the address that
/// Slack gave with the press, which is good for half an hour
/// (https://docs.slack.dev/interactivity/handling-user-interaction#message_responses).
package struct SlackAnswer: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        case text(String)
        /// The link to the page on which this person decides.
        case page(String)
    }

    package var task: TaskRecord
    package var url: String
    package var content: Content

    package init(_ content: Content, to url: String, about task: TaskRecord) {
        self.content = content
        self.url = url
        self.task = task
    }

    /// `press` is what the press is known by: what came of it is told once.
    package func notice(of press: String) -> NewNotice {
        var data: JSONObject = ["subject": "answer", "task": .string(task.id.description)]
        switch content {
        case .text(let text): data["text"] = .string(text)
        // The link itself is made when it is sent, and stored nowhere.
        case .page(let person): data["person"] = .string(person)
        }
        return NewNotice(
            key: "task:\(task.id):answer:\(press)", channel: .slack, to: url, data: .object(data))
    }
}

/// Sends such answers. They carry no token: the address is the proof.
struct SlackAnswers {
    let web: any TenantWebExchange
    let parts: SlackTasks

    func send(_ pending: PendingNotice) async throws -> NoticeEnd {
        guard let text = try await text(of: pending) else { return .superfluous }
        let body: JSON = [
            "response_type": "ephemeral", "replace_original": false, "text": .string(SlackText.escaped(text)),
        ]
        let request = WebRequest(
            method: "POST", url: pending.notice.recipient, headers: [("Content-Type", "application/json")],
            body: body.bytes())
        _ = try await NoticeRequest(web: web, tenant: pending.tenant).send(request, to: "Slack")
        return .sent
    }

    private func text(of pending: PendingNotice) async throws -> String? {
        let data = pending.notice.data
        if let text = data["text"]?.string { return text }
        guard let person = data["person"]?.string, let id = data["task"]?.string.flatMap({ TaskID($0) }),
            let task = try await parts.tasks.task(id, in: pending.tenant), task.state.status == .open
        else { return nil }
        guard let page = parts.links.page(try parts.links.token(of: pending, for: task, person: person)) else {
            return "It asks for more than a button can take. Decide it in Patchbay; its id is \(task.id)."
        }
        return "Here you decide, with a comment and whatever is asked for. The link is for you alone: \(page)"
    }
}
