import HTTPTypes
import PatchbayCore
import PatchbayJSON

extension DescriptionTable {
    private static let acting: [APIError.Code] = [.taskNotFound, .taskNotYours, .taskClosed, .taskClaimed, .busy]

    static let tasks: [Description] = [
        Description(
            .get, "/tasks", "List tasks", .tasks,
            about: "Those that the caller is asked in; all of the tenant with `scope=all`, for which `task:manage` is "
                + "needed.",
            query: [
                .init("scope", .words(["mine", "all"]), "Whose; the caller's own when absent."),
                .init("status", .words(of: TaskState.Status.self), "Only such; open ones when absent."),
                .init("workflow_id", .id("wf"), "Only those of this workflow."),
                .init("run_id", .id("run"), "Only those of this run."),
            ] + .page, .ok(.page(of: .ref("TaskListing")))),
        Description(
            .get, "/tasks/counts", "Count the tasks that wait for the caller", .tasks, query: .noParameters,
            .ok(.object(["open": .whole, "claimed": .whole, "due_soon": .whole.about("Within a day.")]))),
        Description(
            .get, "/tasks/:id", "Read a task with what was done in it", .tasks, query: .noParameters,
            .ok(.ref("Task")), errors: [.taskNotFound]),
        Description(
            .post, "/tasks/:id/claim", "Take a task upon oneself", .tasks,
            about: "The others who are asked cannot decide it then.", .ok(.ref("Task")),
            errors: acting + [.taskNotClaimable]),
        Description(
            .post, "/tasks/:id/release", "Leave a claimed task to the others again", .tasks, .ok(.ref("Task")),
            errors: acting + [.taskNotClaimable]),
        Description(
            .post, "/tasks/:id/comments", "Comment on a task", .tasks,
            body: .json(.body(["comment": .text(1...TaskChoice.longestComment)])), .ok(.ref("Task")), errors: acting),
        Description(
            .post, "/tasks/:id/delegate", "Ask somebody else in a person's place", .tasks,
            body: .json(
                .body(
                    ["to": .text(1...EmailAddress.longest)],
                    optional: [
                        "from": .text(1...EmailAddress.longest).about("The caller when absent."),
                        "comment": .text(1...TaskChoice.longestComment),
                    ])), .ok(.ref("Task")), errors: acting + [.taskDecided]),
        Description(
            .post, "/tasks/:id/decide", "Decide a task", .tasks,
            about: "`form` is checked against the task's own schema.",
            body: .json(
                .body(
                    ["decision": .text(1...64).about("The value of an option.")],
                    optional: ["comment": .text(1...TaskChoice.longestComment), "form": .any])),
            .ok(.ref("Task")), errors: acting + [.taskDecided]),
    ]
}

extension Components {
    private static let listed: Shape.Members = [
        "id": .id("task"), "title": .text, "status": .words(of: TaskState.Status.self), "run_id": .id("run"),
        "workflow_id": .id("wf"), "workflow_name": .text, "node_id": .text, "path": .text, "people": .list(of: .text),
        "claimed_by": .text.orNull, "decision": .text.orNull, "automatic": .bool, "opened_at": .time,
        "expires_at": .time, "closed_at": .time.orNull,
    ]

    static let taskListing = Shape.object(listed)

    static let task = Shape.object(listed).adding([
        "details": .text, "payload": .any, "options": .list(of: .object), "form": .any, "quorum": .any,
        "needed": .whole.about("How many have to choose the same."), "requester": .text.orNull,
        "escalation": .list(of: .object),
        "votes": .list(
            of: .object(["by": .text, "decision": .text, "comment": .text, "form": .any, "at": .time])),
        "history": .list(
            of: .object(["event": .words(of: TaskEntry.Kind.self), "at": .time, "actor": .any, "data": .any])),
    ])
}
