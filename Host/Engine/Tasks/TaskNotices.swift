import PatchbayCore
import PatchbayJSON

/// Who is told what of a task: each person once for each step of it. That it is over nobody is told by letter; they see it
/// where they would have decided it.
enum TaskNotices {
    static func all(_ why: TaskNotice, _ people: [String], of task: TaskRecord) -> [NewNotice] {
        guard task.state.task.sendsMail, why != .closed else { return [] }
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
