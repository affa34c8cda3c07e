import HTTPTypes
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

extension DescriptionTable {
    /// Starting runs, and looking at them.
    static let running: [Description] =
        [
            Description(
                .post, "/workflows/:id/execute", "Run a workflow and wait for its result", .runs,
                headers: [.idempotencyKey],
                body: .optional(
                    .body(optional: [
                        "input": .any, "async": .bool.about("Do not wait."),
                        "timeout_ms": .whole(1...300_000).about("How long to wait; 30,000 when absent."),
                    ])),
                .ok(.ref("Run"), "The run has ended, well or badly."),
                .accepted(.ref("RunListing"), "The run goes on.", headers: ["Location"]), .workflows,
                errors: Components.startErrors),
            Description(
                .post, "/runs", "Start a run", .runs, headers: [.idempotencyKey],
                body: .json(.body(["workflow_id": .text(1...200)], optional: ["input": .any])),
                .accepted(.ref("RunListing"), headers: ["Location"]), errors: Components.startErrors),
            Description(
                .get, "/live", "Hear of every change of a run's status", .runs, about: Components.aboutLive,
                query: [
                    .init("after", .text, "A message's `cursor`; from now on when absent."),
                    .init("tenant", .text, "In place of `X-Tenant-ID`."),
                ], .upgraded, errors: [.upgradeRequired]),
            Description(
                .get, "/dead-letters", "List failed runs that nobody has taken care of", .runs,
                query: Components.runFilter + .page, .ok(.page(of: .ref("RunListing")))),
        ] + watching + watching.map { $0.at($0.path.replacing("/runs", with: "/executions", maxReplacements: 1)) }

    private static let watching: [Description] = [
        Description(
            .get, "/runs", "List runs", .runs,
            query: [.init("status", .text, "One or several of \(Components.statuses), with commas between.")]
                + Components.runFilter + .page, .ok(.page(of: .ref("RunListing")))),
        Description(.get, "/runs/:id", "Read a run", .runs, .ok(.ref("Run")), errors: [.runNotFound]),
        Description(
            .get, "/runs/:id/steps", "List the steps of a run", .runs, .ok(.page(of: .ref("Step"))),
            errors: [.runNotFound]),
        Description(
            .get, "/runs/:id/logs", "List what the steps of a run logged", .runs, query: .page,
            .ok(.page(of: .ref("LogLine"))), errors: [.runNotFound]),
        Description(
            .get, "/runs/:id/live", "Hear of every entry of a run", .runs, about: Components.aboutLive,
            query: [
                .init("after", .whole(0...Int64(Int32.max)), "A message's `cursor`; all when absent."),
                .init("tenant", .text, "In place of `X-Tenant-ID`."),
            ], .upgraded, errors: [.runNotFound, .upgradeRequired]),
        Description(
            .post, "/runs/:id/cancel", "Cancel a run", .runs,
            .accepted(.ref("RunListing"), "It ends soon, calls under way with it."),
            errors: [.runNotFound, .runFinished]),
        Description(
            .post, "/runs/:id/events", "Tell a run of an event", .runs,
            body: .json(
                .body(["name": .text(1...200)], optional: ["payload": .any, "id": .text(1...200)])),
            .accepted(.object(["run_id": .id("run"), "id": .text, "name": .text])),
            errors: [.runNotFound, .runFinished]),
    ]

    /// Repeating runs.
    static let repeating: [Description] = [
        Description(
            .post, "/runs/:id/retry", "Repeat a run", .runs, headers: [.idempotencyKey],
            body: .optional(.body(optional: Components.order)),
            .accepted(.ref("RunListing"), headers: ["Location"]), errors: Components.repeatErrors),
        Description(
            .post, "/runs/retry", "Repeat many runs", .runs, body: .json(Components.choiceAndOrder),
            .accepted(.ref("Repeated")), errors: [.tenantNotActive, .quotaExceeded]),
        Description(
            .post, "/executions/:id/retry", "Repeat a run", .runs, headers: [.idempotencyKey],
            body: .optional(.body(optional: Components.order)),
            .accepted(.ref("RunListing"), headers: ["Location"]), errors: Components.repeatErrors),
        Description(
            .post, "/executions/retry", "Repeat many runs", .runs, body: .json(Components.choiceAndOrder),
            .accepted(.ref("Repeated")), errors: [.tenantNotActive, .quotaExceeded]),
        Description(
            .post, "/dead-letters/replay", "Repeat failed runs", .runs, body: .json(Components.choiceAndOrder),
            .accepted(.ref("Repeated")), errors: [.tenantNotActive, .quotaExceeded]),
        Description(
            .post, "/dead-letters/dismiss", "Take failed runs off the list", .runs,
            body: .json(.body(optional: Components.choice)),
            .ok(
                .object([
                    "dismissed": .list(of: .id("run")), "has_more": .bool, "next_cursor": .text.orNull,
                ]))),
    ]
}

extension Description.Parameter {
    static let idempotencyKey = Description.Parameter(
        "Idempotency-Key", .text(1...200), "Under one key the same is done once, however often it is asked for.")
}

extension Description.Answer {
    static let upgraded = Self(
        status: 101, about: "The connection speaks WebSocket (RFC 6455).", shape: nil, headers: [])
}

extension Components {
    static let aboutLive = "A WebSocket; each message is a text frame of JSON with `cursor` and `type`."
    static let statuses = RunStatus.allCases.map(\.rawValue).joined(separator: ", ")

    static let startErrors: [APIError.Code] = [
        .validation, .workflowNotFound, .noManualTrigger, .workflowPaused, .idempotencyKeyReused, .tenantNotActive,
        .quotaExceeded,
    ]

    static let repeatErrors: [APIError.Code] = [
        .runNotFound, .runNotFinished, .runExpired, .runRetried, .nothingFailed, .stepNotFound, .versionNotFound,
        .versionUnusable, .workflowNotFound, .workflowPaused, .tenantNotActive, .quotaExceeded, .idempotencyKeyReused,
    ]

    static let runFilter: [Description.Parameter] = [
        .init("workflow_id", .id("wf"), "Runs of this workflow."),
        .init("trigger", .text(1...64), "What started them, such as webhook."),
        .init("from", .time, "Stored then or later."), .init("before", .time, "Stored before."),
        .init("text", .text(1...200), "Stands in the workflow's name or in the error."),
    ]

    static let order: Shape.Members = [
        "from": .either(
            .words(["start", "failed"]),
            .object(["node_id": .text(1...200)], optional: ["path": .text])),
        "version": .either(.words(["same", "newest"]), version), "input": .any,
    ]

    static let choice: Shape.Members = [
        "runs": .list(of: .id("run")),
        "filter": .body(optional: [
            "workflow_id": .id("wf"), "trigger": .text(1...64), "text": .text(1...200), "from": .time,
            "before": .time, "status": .either(.text, .list(of: .text)),
        ]),
        "limit": .whole(1...1_000), "cursor": .text,
    ]

    static let choiceAndOrder = Shape.body(optional: choice).adding(order)

    static let repeated = Shape.object([
        "retried": .list(of: .object(["run_id": .id("run"), "retried_by": .id("run")])),
        "refused": .list(of: .object(["run_id": .id("run"), "code": .text, "message": .text])),
        "has_more": .bool, "next_cursor": .text.orNull,
    ])

    private static let runError = Shape.object(["code": .text, "message": .text], isOpen: true).orNull

    private static let runMembers: [(String, Shape)] = [
        ("id", .id("run")), ("execution_id", .id("run")), ("run_id", .id("run")), ("workflow_id", .id("wf")),
        ("workflow_name", .text), ("workflow_version", version), ("status", .words(of: RunStatus.self)),
        ("trigger", .text), ("created_at", .time), ("started_at", .time.orNull), ("completed_at", .time.orNull),
        ("duration_ms", .whole.orNull), ("error", runError), ("retry_of", .id("run").orNull),
        ("retried_by", .id("run").orNull),
    ]

    static let runListing = Shape.object(listed: runMembers)

    static let run = Shape.object(
        listed: runMembers + [("input", .any), ("output", .any), ("steps", .list(of: .ref("Step")))])

    static let step = Shape.object([
        "node_id": .text, "status": .words(of: StepStatus.self), "attempts": .whole, "started_at": .time.orNull,
        "completed_at": .time.orNull, "duration_ms": .whole.orNull, "input": .any, "output": .any, "error": runError,
        "port": .text.orNull, "retry_at": .time.orNull,
    ])

    static let logLine = Shape.object([
        "at": .time, "node_id": .text, "attempt": .whole, "level": .text, "message": .text, "fields": .any,
    ])
}

extension Shape {
    static func object(listed members: [(String, Shape)]) -> Shape {
        Shape([
            "type": "object", "required": .array(members.map { .string($0.0) }),
            "properties": .object(members.reduce(into: JSONObject()) { $0[$1.0] = .object($1.1.schema) }),
            "additionalProperties": false,
        ])
    }
}
