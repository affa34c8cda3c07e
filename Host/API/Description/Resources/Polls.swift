import HTTPTypes
import PatchbayJSON

extension DescriptionTable {
    static let polls: [Description] = [
        Description(
            .get, "/polls", "List polling triggers", .polls,
            query: [.init("workflow_id", .id("wf"), "Only those of this workflow.")] + .page,
            .ok(.page(of: .ref("Poll"))), errors: [.forbidden]),
        Description(
            .get, "/polls/:id", "Read a polling trigger with its cursor and last error", .polls, .ok(.ref("Poll")),
            errors: [.pollNotFound, .forbidden]),
        Description(
            .post, "/polls/:id/poll", "Poll now", .polls,
            .accepted(.ref("Poll"), "It is polled as soon as a host can."),
            errors: [.pollNotFound, .forbidden]),
        Description(
            .post, "/polls/:id/reset", "Forget how far a polling trigger has come", .polls,
            about: "Without `cursor` it goes on as at its first poll.",
            body: .optional(.body(optional: ["cursor": .any])), .ok(.ref("Poll")), errors: [.pollNotFound, .forbidden]),
    ]
}

extension Components {
    static let poll = Shape.object([
        "id": .id("poll"), "workflow_id": .id("wf"), "node": .text, "name": .text, "uses": .text,
        "credential": .text.orNull, "status": .words(["new", "active", "failing", "workflow_paused"]),
        "config": .object, "cursor": .any, "failures": .whole.about("Polls in a row that failed."),
        "error": .object(["code": .text, "message": .text]).orNull, "polled_at": .time.orNull,
        "next_at": .time.orNull, "items": .whole.about("Items that runs were started for, of all time."),
        "created_at": .time, "updated_at": .time,
    ])
}
