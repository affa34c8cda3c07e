package import PatchbayCore
import PatchbayJSON

/// Tells people by letter.
package struct NoticeMail: NoticeSender {
    private static let shownPayload = 4_000

    private let mail: any MailSender
    private let tasks: any TaskStore
    private let links: TaskLinks

    package init(mail: any MailSender, tasks: any TaskStore, links: TaskLinks) {
        self.mail = mail
        self.tasks = tasks
        self.links = links
    }

    package func send(_ pending: PendingNotice) async throws -> NoticeEnd {
        let data = pending.notice.data
        let letter: Mail
        if data["subject"] == "task" {
            guard let made = try await self.letter(of: pending) else { return .superfluous }
            letter = made
        } else {
            letter = Mail(
                to: pending.notice.recipient, subject: data["title"]?.string ?? "Patchbay",
                text: data["text"]?.string ?? "")
        }
        do {
            try await mail.send(letter)
        } catch let error as MailFailure {
            throw NoticeFailure(error.description)
        }
        return .sent
    }

    /// Nil when nobody needs it any more.
    private func letter(of pending: PendingNotice) async throws -> Mail? {
        let data = pending.notice.data
        guard let id = data["task"]?.string.flatMap({ TaskID($0) }),
            let why = data["why"]?.string.flatMap(TaskNotice.init), let person = data["person"]?.string,
            let task = try await tasks.task(id, in: pending.tenant), task.state.status == .open
        else { return nil }
        let isAsked = task.state.outstanding.contains(person)
        // Somebody who was asked, and was replaced or has decided meanwhile.
        if why != .escalated, !isAsked { return nil }
        let human = task.state.task
        var text = why.opening + "\n\n" + human.title + "\n"
        if !human.details.isEmpty { text += "\n\(human.details)\n" }
        if !human.payload.isNull {
            text += "\n" + human.payload.pretty.bounded(to: Self.shownPayload) + "\n"
        }
        if let requester = human.requester { text += "\nAsked for by: \(requester)\n" }
        text += "\nTime: until \(task.state.openedAt + human.timeout)\n"
        if isAsked { text += try choices(pending, task, person) }
        return Mail(to: person, subject: "\(why.heading): \(human.title)".bounded(to: 200), text: text)
    }

    private func choices(_ pending: PendingNotice, _ task: TaskRecord, _ person: String) throws -> String {
        let token = try links.token(of: pending, for: task, person: person)
        guard links.publicURL != nil else { return "\nDecide it in Patchbay; its id is \(task.id).\n" }
        var text =
            "\nThese links are for you alone, and good for one decision. They lead to a page that asks once more:\n"
        for option in task.state.task.options {
            text += "\n\(option.label):\n\(links.page(token, choosing: option.value) ?? "")\n"
        }
        return text
    }
}

extension TaskNotice {
    var heading: String {
        switch self {
        case .asked: "Your decision is needed"
        case .reminder: "Still waiting for your decision"
        case .escalated: "Nobody has decided yet"
        case .closed: "Decided"
        }
    }

    fileprivate var opening: String {
        switch self {
        case .asked: "You are asked to decide:"
        case .reminder: "You were asked to decide, and have not yet:"
        case .escalated: "Others were asked to decide, and have not yet:"
        case .closed: "This is decided:"
        }
    }
}

extension JSON {
    /// For people: one member a line.
    var pretty: String {
        guard let object else { return text }
        return object.map { "\($0.name): \($0.value.string ?? $0.value.text)" }.joined(separator: "\n")
    }
}
