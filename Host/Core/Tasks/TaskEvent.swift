package import PatchbayJSON

/// Something that happens to a task.
package enum TaskEvent: Sendable, Equatable {
    /// It is there, and these are asked.
    case opened(TaskDirectory)
    /// One of them takes it upon themselves; the others leave it alone.
    case claimed(by: TaskActor)
    case released(by: TaskActor)
    case commented(by: TaskActor, String)
    /// Somebody is asked in place of another.
    case delegated(by: TaskActor, from: String, to: String)
    case decided(by: TaskActor, TaskChoice)
    /// Time has passed, perhaps a lot of it; the directory is that of now.
    case timePassed(TaskDirectory)
    /// The run does not need it any longer.
    case withdrawn(String)
}

/// What somebody decides.
package struct TaskChoice: Sendable, Equatable {
    package static let longestComment = 4_000

    /// Of one of the options.
    package var value: String
    package var comment: String
    /// What the form asked for; null without one.
    package var form: JSON
    /// What a link is known by that was used for it: each is good for once.
    package var link: String?

    package init(value: String, comment: String = "", form: JSON = .null, link: String? = nil) {
        self.value = value
        self.comment = comment
        self.form = form
        self.link = link
    }
}

/// Who acts on a task, and from where.
package struct TaskActor: Sendable, Equatable {
    package enum Way: String, Sendable, CaseIterable { case api, mail, slack, command }

    /// By which somebody is asked; nil: somebody without one, such as the installation's key.
    package var address: String?
    /// Who it is for the audit log, such as an account's id.
    package var name: String
    /// Whether the tenant lets them see to other people's tasks.
    package var isManager: Bool
    package var way: Way
    /// An IP address; empty when there is none.
    package var origin: String
    package var agent: String

    package init(
        address: String?, name: String, isManager: Bool = false, way: Way = .api, origin: String = "",
        agent: String = ""
    ) {
        self.address = address
        self.name = name
        self.isManager = isManager
        self.way = way
        self.origin = origin
        self.agent = agent
    }

    package var json: JSON {
        var object: JSONObject = ["name": .string(name), "via": .string(way.rawValue)]
        object["address"] = address.map { .string($0) }
        if !origin.isEmpty { object["ip_address"] = .string(origin.shortened(to: 100)) }
        if !agent.isEmpty { object["user_agent"] = .string(agent.shortened(to: 300)) }
        return .object(object)
    }
}

/// What is to be done after something happened to a task.
package enum TaskCommand: Sendable, Equatable {
    /// Tell these people.
    case tell(TaskNotice, [String])
    /// The run goes on.
    case end(TaskOutcome)
}

/// Why people are told of a task.
package enum TaskNotice: String, Sendable, CaseIterable {
    /// They are asked.
    case asked
    /// They were asked, and time passes.
    case reminder
    /// Others were asked, and time passes.
    case escalated
    /// It is over.
    case closed
}

/// How a task ended.
package enum TaskOutcome: Sendable, Equatable {
    /// For an option; `isAutomatic` when an escalation did it.
    case decided(String, isAutomatic: Bool)
    case timedOut
    /// There is nobody to ask, or fewer than have to agree.
    case unassignable(needed: Int, found: Int)
    case withdrawn
}

/// Why a task stays as it is.
package enum TaskRefusal: Error, Sendable, Equatable {
    case closed(TaskState.Status)
    /// The person is not asked.
    case notAsked
    /// Another has claimed it.
    case claimed(by: String)
    /// Several have to decide, so nobody takes it for themselves.
    case notClaimable
    case notClaimed
    case unknownOption(String)
    /// The person has decided.
    case alreadyDecided
    /// Somebody is to be asked who is asked already.
    case alreadyAsked
    /// The person has asked for what is to be decided.
    case requester
    case linkUsed
    case tooMany(String)
}
