import HTTPTypes
import PatchbayCore
import PatchbayJSON

extension DescriptionTable {
    static let schedules: [Description] = [
        Description(
            .get, "/schedules", "List schedules", .schedules,
            query: [.init("workflow_id", .id("wf"), "Only those of this workflow.")] + .page,
            .ok(.page(of: .ref("Schedule")))),
        Description(
            .post, "/schedules", "Make a schedule for a workflow", .schedules,
            body: .json(
                .body(
                    ["workflow_id": .text(1...200), "config": Components.scheduleConfig],
                    optional: ["name": .text(1...200), "node": .text(1...64)])),
            .created(.ref("Schedule")), errors: [.workflowNotFound, .noManualTrigger, .forbidden]),
        Description(
            .get, "/schedules/:id", "Read a schedule with its next five times", .schedules, .ok(.ref("Schedule")),
            errors: [.scheduleNotFound, .forbidden]),
        Description(
            .put, "/schedules/:id", "Change a schedule that stands in no document", .schedules,
            body: .json(
                .body(
                    ["config": Components.scheduleConfig], optional: ["name": .text(1...200), "node": .text(1...64)])),
            .ok(.ref("Schedule")),
            errors: [.scheduleNotFound, .scheduleInDocument, .workflowNotFound, .noManualTrigger, .forbidden]),
        Description(
            .delete, "/schedules/:id", "Delete a schedule that stands in no document", .schedules, .done,
            errors: [.scheduleNotFound, .scheduleInDocument, .forbidden]),
        Description(
            .get, "/schedules/:id/history", "List what came of a schedule's times", .schedules, query: .page,
            .ok(.page(of: Components.scheduleFiring)), errors: [.scheduleNotFound, .forbidden]),
        Description(
            .post, "/schedules/:id/trigger", "Start a run of a schedule now", .schedules,
            headers: [.idempotencyKey], .accepted(.ref("RunListing"), headers: ["Location"]),
            errors: [
                .scheduleNotFound, .workflowNotFound, .workflowPaused, .tenantNotActive, .quotaExceeded, .validation,
                .forbidden,
            ]),
        Description(
            .post, "/schedules/:id/pause", "Pause a schedule", .schedules, .ok(.ref("Schedule")),
            errors: [.scheduleNotFound, .forbidden]),
        Description(
            .post, "/schedules/:id/resume", "Let a paused schedule go on", .schedules,
            about: "What it would have done meanwhile is not made up for.", .ok(.ref("Schedule")),
            errors: [.scheduleNotFound, .forbidden]),
    ]
}

extension Components {
    static let scheduleConfig = Shape.object.about(
        "As the config of a `schedule` node: `GET /node-kinds/schedule` has its schema.")

    static let schedule = Shape.object([
        "id": .id("sch"), "workflow_id": .id("wf"), "name": .text, "node": .text.orNull,
        "source": .words(["document", "api"]), "status": .words(of: ScheduleRecord.State.self), "config": .object,
        "next": .list(of: .time).about("The next five times, without jitter."),
        "next_at": .time.orNull.about("When the first of them starts its run."), "problem": .text.orNull,
        "last_run_id": .id("run").orNull, "created_at": .time, "updated_at": .time,
    ])

    static let scheduleFiring = Shape.object([
        "time": .time, "at": .time, "outcome": .words(of: ScheduleFiring.Outcome.self), "reason": .text.orNull,
        "run_id": .id("run").orNull, "times": .whole,
    ])
}
