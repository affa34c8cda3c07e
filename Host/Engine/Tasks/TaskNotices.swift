import PatchbayCore
import PatchbayJSON

/// Who is told what of a task: each person once for each step of it. That it is over nobody is told by letter; they see it
/// where they would have decided it.
enum TaskNotices {
    /// What a notice is for that brings messages in Slack up to their task.
    static let shown = "shown"

    static func all(_ why: TaskNotice, _ people: [String], of task: TaskRecord) -> [NewNotice] {
        guard why != .closed, !people.isEmpty else { return [] }
        return letters(why, people, of: task) + messages(why, people, of: task)
    }

    /// When what messages in Slack show of a task has changed. Each of them is brought up to what the task is when it is sent.
    static func refresh(_ task: TaskRecord, from old: TaskState) -> [NewNotice] {
        let new = task.state
        guard let place = new.task.slack,
            old.status != new.status || old.people != new.people || old.votes != new.votes
                || old.claimant != new.claimant
        else { return [] }
        return [
            NewNotice(
                key: "task:\(task.id):\(shown):\(task.version):slack", channel: .slack, to: task.id.description,
                data: data(of: task, why: shown, person: nil, place))
        ]
    }

    /// One in the channel, or one for each person.
    private static func messages(_ why: TaskNotice, _ people: [String], of task: TaskRecord) -> [NewNotice] {
        guard let place = task.state.task.slack else { return [] }
        let people: [String?] = place.channel == nil ? people : [nil]
        return people.map { person in
            NewNotice(
                key: "task:\(task.id):\(why.rawValue):\(task.version):slack:\(person ?? "")", channel: .slack,
                to: place.channel ?? person ?? "", data: data(of: task, why: why.rawValue, person: person, place))
        }
    }

    private static func data(of task: TaskRecord, why: String, person: String?, _ place: SlackPlace) -> JSON {
        var data: JSONObject = [
            "subject": "task", "task": .string(task.id.description), "why": .string(why),
            "credential": .string(place.credential),
        ]
        data["person"] = person.map { .string($0) }
        return .object(data)
    }

    private static func letters(_ why: TaskNotice, _ people: [String], of task: TaskRecord) -> [NewNotice] {
        guard task.state.task.sendsMail else { return [] }
        return people.map { person in
            NewNotice(
                // Of one reason there may be several in a task's life: with each it has another version.
                key: "task:\(task.id):\(why.rawValue):\(task.version):mail:\(person)", channel: .mail, to: person,
                data: [
                    "subject": "task", "task": .string(task.id.description), "why": .string(why.rawValue),
                    "person": .string(person),
                ])
        }
    }
}
