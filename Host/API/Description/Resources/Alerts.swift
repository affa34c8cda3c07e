import HTTPTypes
import PatchbayCore
import PatchbayJSON

extension DescriptionTable {
    private static let wrong: [APIError.Code] = [.workflowNotFound, .forbidden]

    static let alerts: [Description] = [
        Description(
            .get, "/alerts", "List alerts", .alerts,
            query: [.init("workflow_id", .id("wf"), "Only those that are for this workflow alone.")] + .page,
            .ok(.page(of: .ref("Alert"))), errors: [.forbidden]),
        Description(
            .post, "/alerts", "Make an alert", .alerts,
            about:
                "With `workflow_id` it is for one workflow, with `tag` for those that have it, without both for all.",
            body: .json(
                .body(Components.alertMembers, optional: Components.optionalAlertMembers).adding(["enabled": .bool])),
            .created(.ref("Alert"), headers: ["Location", "ETag"]), errors: wrong + [.quotaExceeded]),
        Description(
            .get, "/alerts/:id", "Read an alert", .alerts,
            headers: [.init("If-None-Match", .text, "An `ETag` that is known.")], .ok(.ref("Alert"), headers: ["ETag"]),
            .unchanged, errors: [.alertNotFound, .forbidden, .validation]),
        Description(
            .put, "/alerts/:id", "Change an alert", .alerts,
            about: "One with another kind of condition, or for other workflows, begins anew.",
            headers: [.init("If-Match", .text, "The `ETag` that it must still have.")],
            body: .json(.body(Components.alertMembers, optional: Components.optionalAlertMembers)),
            .ok(.ref("Alert"), headers: ["ETag"]), errors: wrong + [.alertNotFound, .preconditionFailed]),
        Description(
            .delete, "/alerts/:id", "Delete an alert", .alerts,
            headers: [.init("If-Match", .text, "The `ETag` that it must still have.")], .done,
            errors: [.alertNotFound, .preconditionFailed, .forbidden, .validation]),
        Description(
            .get, "/alerts/:id/events", "List what came of an alert", .alerts,
            about: "When it fired and was over, and whether the messages arrived; for 30 days.", query: .page,
            .ok(.page(of: Components.alertEvent)), errors: [.alertNotFound, .forbidden]),
        Description(
            .post, "/alerts/:id/enable", "Switch an alert on", .alerts, about: "It begins anew.",
            .ok(.ref("Alert"), headers: ["ETag"]), errors: [.alertNotFound, .forbidden]),
        Description(
            .post, "/alerts/:id/disable", "Switch an alert off", .alerts, .ok(.ref("Alert"), headers: ["ETag"]),
            errors: [.alertNotFound, .forbidden]),
        Description(
            .post, "/alerts/:id/test", "Send a sample to all that an alert tells", .alerts,
            .accepted(Components.alertEvent, headers: ["Location"]), errors: [.alertNotFound, .forbidden]),
    ]
}

extension Components {
    static let alertMembers: Shape.Members = [
        "name": .text(1...200), "condition": alertCondition,
        "notify": Shape(["type": "array", "minItems": 1, "maxItems": .int(Int64(AlertTarget.most))])
            .about("Who is told."),
    ]

    static let optionalAlertMembers: Shape.Members = [
        "workflow_id": .id("wf"), "tag": .text(1...100),
        "quiet": .text.about("A duration of at most `24h`; `15m` when absent."),
    ]

    private static let alertCondition = Shape.object.about(
        "`kind` is one of \(AlertCondition.Kind.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")); with it `count`, "
            + "`percent`, `longer_than`, `window` and `least_runs`, as the kind asks.")

    static let alert = Shape.object([
        "id": .id("alert"), "name": .text, "workflow_id": .id("wf").orNull, "tag": .text.orNull, "condition": .object,
        "notify": .list(of: .object), "quiet": .text, "enabled": .bool, "status": .words(of: AlertRule.Status.self),
        "firing_since": .time.orNull,
        "quiet_until": .time.orNull.about("Until then nobody is told that it fires again."),
        "value": .whole.orNull.about("What was measured last; null: too little to tell."),
        "unit": .words(of: AlertCondition.Unit.self), "judged_at": .time.orNull, "version": .whole, "created_at": .time,
        "updated_at": .time,
    ])

    static let alertEvent = Shape.object([
        "id": .id("alev"), "event": .words(of: AlertEvent.Kind.self), "at": .time, "value": .whole.orNull,
        "unheard": .whole.about("How often it had come and gone without a message."), "run_ids": .list(of: .id("run")),
        "told": .bool,
        "notices": .list(
            of: .object([
                "channel": .words(of: NewNotice.Channel.self), "to": .text,
                "status": .words(of: AlertHistory.Delivery.Status.self), "attempts": .whole, "sent_at": .time.orNull,
                "error": .text.orNull,
            ])),
    ])
}
