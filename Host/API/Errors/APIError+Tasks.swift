import PatchbayCore
import PatchbayJSON

extension APIError {
    static func noTask(_ id: String) -> APIError {
        APIError(
            .taskNotFound, "There is no task with the id \(id.quoted), or you are not asked in it.",
            details: ["task_id": .string(id.shortened(to: 80))])
    }

    init(_ refusal: TaskRefusal) {
        switch refusal {
        case .closed(let status):
            self.init(
                .taskClosed, "The task is over; its status is \(status.rawValue).",
                details: ["status": .string(status.rawValue)])
        case .notAsked:
            self.init(.taskNotYours, "You are not asked in this task.", details: ["reason": "not_asked"])
        case .requester:
            self.init(
                .taskNotYours, "Whoever asked for it takes no part in its decision.", details: ["reason": "requester"])
        case .claimed(let other):
            self.init(
                .taskClaimed, "\(other) has claimed the task. They can release it, or delegate it to you.",
                details: ["claimed_by": .string(other)])
        case .notClaimable:
            self.init(
                .taskNotClaimable, "Several have to decide this task, so that nobody takes it for themselves.")
        case .notClaimed: self.init(.taskNotClaimable, "Nobody has claimed the task.")
        case .unknownOption(let value):
            self = .invalid(
                [
                    Problem(
                        code: "bad-value", pointer: "/decision",
                        message: "\(value.shortened(to: 100).quoted) is no option of the task",
                        hint: "GET the task: 'options' has the values")
                ], what: "body")
        case .alreadyDecided: self.init(.taskDecided, "The person has decided, and that stays.")
        case .alreadyAsked:
            self = .invalid(
                [Problem(code: "bad-value", pointer: "/to", message: "the person is asked already")], what: "body")
        case .linkUsed: self.init(.linkInvalid, "The link was used before.")
        case .tooMany(let what): self.init(.busy, "The task takes no more \(what).")
        }
    }
}
