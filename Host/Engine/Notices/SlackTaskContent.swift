import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// What a message in Slack shows of a task, in Block Kit (https://docs.slack.dev/reference/block-kit). Pure.
package struct SlackTaskContent {
    /// What the button is known by that leads to the page.
    package static let page = "page"
    private static let choice = "decide:"
    /// Characters of texts in sections and contexts, with room to spare.
    private static let longest = 2_900
    /// Those who decided that are named one by one.
    private static let mostVotes = 20

    private let task: TaskRecord
    private let person: String?
    private let hasPage: Bool

    /// - Parameters:
    ///   - person: Whose direct message it is; nil: a channel's.
    ///   - hasPage: Whether people can be led to a page.
    init(_ task: TaskRecord, for person: String?, hasPage: Bool) {
        self.task = task
        self.person = person
        self.hasPage = hasPage
    }

    /// The option that a button stands for; nil: it stands for none.
    package static func option(ofAction id: String) -> String? {
        id.hasPrefix(choice) ? String(id.dropFirst(choice.count)) : nil
    }

    /// What is shown where there are no blocks, such as in notifications.
    var text: String { SlackText.escaped("\(heading): \(task.state.task.title)") }

    /// The same for what looks the same, whatever the buttons carry.
    var digest: String { Digest.sha256Hex(Array(text.utf8) + blocks(carrying: "-").bytes()) }

    /// `token` is what each button carries.
    func blocks(carrying token: String) -> JSON {
        let human = task.state.task
        var blocks = [SlackText.header(human.title)]
        if !human.details.isEmpty { blocks.append(section(human.details)) }
        if !human.payload.isNull { blocks.append(section(human.payload.pretty)) }
        if !task.state.votes.isEmpty { blocks.append(section(votes)) }
        blocks.append(["type": "context", "elements": .array(facts.map { SlackText.plain($0.shortened(to: 500)) })])
        if mayDecide { blocks.append(["type": "actions", "elements": .array(buttons(token))]) }
        return .array(blocks)
    }

    /// In a channel it is found out who presses; a direct message knows.
    private var mayDecide: Bool {
        task.state.status == .open && (person.map { task.state.outstanding.contains($0) } ?? true)
    }

    private func buttons(_ token: String) -> [JSON] {
        var buttons = task.state.task.options.map { option -> JSON in
            var button = button(Self.choice + option.value, option.label, token)
            switch option.style {
            case .success, .primary: button["style"] = "primary"
            case .danger: button["style"] = "danger"
            case .neutral: break
            }
            return .object(button)
        }
        if hasPage { buttons.append(.object(button(Self.page, "With a comment…", token))) }
        return buttons
    }

    /// At most 75 characters are seen of it.
    private func button(_ id: String, _ label: String, _ token: String) -> JSONObject {
        [
            "type": "button", "action_id": .string(id), "text": SlackText.plain(label.shortened(to: 74)),
            "value": .string(token),
        ]
    }

    // MARK: What it says

    private var heading: String {
        switch task.state.status {
        case .open: mayDecide ? TaskNotice.asked.heading : "Not decided yet"
        case .decided: "Decided"
        case .expired: "Nobody decided in time"
        case .failed, .withdrawn: "Not needed any more"
        }
    }

    private var facts: [String] {
        let state = task.state
        var facts = [outcome]
        if let requester = state.task.requester { facts.append("Asked for by \(requester)") }
        guard state.status == .open else { return facts }
        facts.append("Asked: \(state.people.joined(separator: ", "))")
        if let claimant = state.claimant { facts.append("Claimed by \(claimant)") }
        if state.needed > 1 { facts.append("\(state.needed) have to choose the same") }
        facts.append("Open until \(state.openedAt + state.task.timeout)")
        if state.task.form != nil, mayDecide { facts.append("There is a form to fill in; the buttons lead to it") }
        return facts
    }

    private var outcome: String {
        let state = task.state
        guard state.status == .decided, let value = state.decision else { return heading }
        let label = state.task.option(value)?.label ?? value
        if state.isAutomatic { return "Decided by itself, since nobody did in time: \(label)" }
        let by = state.votes.filter { $0.value == value }.map(\.by).joined(separator: ", ")
        return by.isEmpty ? "Decided: \(label)" : "Decided: \(label), by \(by)"
    }

    private var votes: String {
        task.state.votes.suffix(Self.mostVotes).map { vote in
            let label = task.state.task.option(vote.value)?.label ?? vote.value
            return "\(vote.by): \(label)" + (vote.comment.isEmpty ? "" : " – \(vote.comment.shortened(to: 300))")
        }.joined(separator: "\n")
    }

    private func section(_ text: String) -> JSON { SlackText.section(text.shortened(to: Self.longest)) }
}
