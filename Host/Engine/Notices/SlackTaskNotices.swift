package import PatchbayCore
import PatchbayJSON

/// What notices of tasks in Slack need beside what all need.
package struct SlackTasks: Sendable {
    let tasks: any TaskStore
    let posts: any SlackPostStore
    let links: TaskLinks

    package init(tasks: any TaskStore, posts: any SlackPostStore, links: TaskLinks) {
        self.tasks = tasks
        self.posts = posts
        self.links = links
    }
}

/// Asks people in Slack, and keeps what they see there as their task is.
///
/// A message shows what its task is when it is sent, and who has sent it looks again: so whoever is at it at the same time, the
/// last one leaves it right.
struct SlackTaskNotices {
    let slack: SlackMethods
    let parts: SlackTasks

    func send(_ pending: PendingNotice) async throws -> NoticeEnd {
        let data = pending.notice.data
        guard let id = data["task"]?.string.flatMap({ TaskID($0) }),
            let task = try await parts.tasks.task(id, in: pending.tenant)
        else { return .superfluous }
        if data["why"]?.string == TaskNotices.shown {
            try await refresh(task)
            return .sent
        }
        guard let why = data["why"]?.string.flatMap(TaskNotice.init), task.state.status == .open else {
            return .superfluous
        }
        let person = data["person"]?.string
        // Somebody who was asked, and was replaced or has decided meanwhile.
        if let person, why != .escalated, !task.state.outstanding.contains(person) { return .superfluous }
        let known = try await parts.posts.posts(of: id, in: task.tenant).first { $0.person == person }
        if let known {
            if known.notice != pending.notice.key { try await tell(why, of: task, below: known) }
        } else {
            try await post(task, for: person, pending)
            // Whoever has changed it meanwhile did not know of this message.
            try await refresh(task)
        }
        return .sent
    }

    private func post(_ task: TaskRecord, for person: String?, _ pending: PendingNotice) async throws {
        let place = if let person { try await slack.user(by: person) } else { pending.notice.recipient }
        let content = content(of: task, for: person)
        let answer = try await slack.call(
            "chat.postMessage", try arguments(content, of: task, in: place).with("unfurl_links", false))
        guard let channel = answer["channel"]?.string, let timestamp = answer["ts"]?.string else {
            throw NoticeFailure("Slack does not say where it has put the message", isFinal: true)
        }
        let post = SlackPost(
            person: person, channel: channel, timestamp: timestamp, notice: pending.notice.key, shown: content.digest)
        try await parts.posts.put(post, of: task.id, in: task.tenant)
    }

    /// Where it is seen again, though the message stands further up.
    private func tell(_ why: TaskNotice, of task: TaskRecord, below post: SlackPost) async throws {
        let people = task.state.outstanding.joined(separator: ", ")
        let text = SlackText.escaped("\(why.heading): \(task.state.task.title) (\(people))".shortened(to: 2_900))
        _ = try await slack.call(
            "chat.postMessage",
            [
                "channel": .string(post.channel), "thread_ts": .string(post.timestamp), "reply_broadcast": true,
                "text": .string(text), "unfurl_links": false,
            ])
    }

    /// Brings all messages of a task up to what it is now. Throws `NoticeFailure`; those that cannot be changed do not keep the
    /// others from it.
    private func refresh(_ task: TaskRecord) async throws {
        var current = task
        var failure: NoticeFailure?
        while true {
            for post in try await parts.posts.posts(of: task.id, in: task.tenant) {
                do {
                    try await update(post, current)
                } catch let refusal as NoticeFailure where refusal.isFinal {
                    failure = failure ?? refusal
                }
            }
            guard let newer = try await parts.tasks.task(task.id, in: task.tenant), newer.version != current.version
            else { break }
            current = newer
        }
        if let failure { throw failure }
    }

    private func update(_ post: SlackPost, _ task: TaskRecord) async throws {
        let content = content(of: task, for: post.person)
        guard content.digest != post.shown else { return }
        _ = try await slack.call(
            "chat.update", try arguments(content, of: task, in: post.channel).with("ts", .string(post.timestamp)))
        var post = post
        post.shown = content.digest
        try await parts.posts.put(post, of: task.id, in: task.tenant)
    }

    private func content(of task: TaskRecord, for person: String?) -> SlackTaskContent {
        SlackTaskContent(task, for: person, hasPage: parts.links.publicURL != nil)
    }

    private func arguments(
        _ content: SlackTaskContent, of task: TaskRecord, in place: String
    ) throws -> JSONObject {
        [
            "channel": .string(place), "text": .string(content.text),
            "blocks": content.blocks(carrying: try parts.links.buttonToken(for: task).reveal()),
        ]
    }
}

extension JSONObject {
    fileprivate func with(_ name: String, _ value: JSON) -> JSONObject {
        var object = self
        object[name] = value
        return object
    }
}
