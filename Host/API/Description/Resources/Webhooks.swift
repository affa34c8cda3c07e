import HTTPTypes
import PatchbayCore
import PatchbayJSON

extension DescriptionTable {
    static let webhooks: [Description] = looking + trying

    private static let looking: [Description] = [
        Description(
            .get, "/webhooks", "List webhooks", .webhooks,
            query: .page + [.init("workflow_id", .text(1...80), "Only those of this workflow.")],
            .ok(.page(of: .ref("Webhook")))),
        Description(
            .post, "/webhooks", "Make an endpoint for a webhook trigger", .webhooks,
            about:
                "Besides the path that the trigger declares. Where the trigger verifies and names no credential, the "
                + "endpoint gets a secret of its own, which is shown this once.",
            body: .json(
                .body(["workflow_id": .text(1...200)], optional: ["node": .text(1...200)]).adding(
                    Components.webhookBody)),
            .created(.ref("Webhook")), errors: [.workflowNotFound, .noWebhookTrigger]),
        Description(
            .get, "/webhooks/:id", "Read a webhook", .webhooks, query: .noParameters, .ok(.ref("Webhook")),
            errors: [.webhookNotFound]),
        Description(
            .put, "/webhooks/:id", "Change a webhook", .webhooks,
            about: "What is left out stays; null takes a filter or limit away.",
            body: .json(.body().adding(Components.webhookBody)), .ok(.ref("Webhook")), errors: [.webhookNotFound]),
        Description(
            .delete, "/webhooks/:id", "Delete an endpoint that was made", .webhooks, .done,
            errors: [.webhookNotFound, .webhookDeclared]),
        Description(
            .post, "/webhooks/:id/enable", "Let a webhook take deliveries", .webhooks, .ok(.ref("Webhook")),
            errors: [.webhookNotFound]),
        Description(
            .post, "/webhooks/:id/disable", "Let a webhook take no deliveries", .webhooks, .ok(.ref("Webhook")),
            errors: [.webhookNotFound]),
        Description(
            .post, "/webhooks/:id/rotate", "Replace the secret of a webhook", .webhooks,
            about: "The former one stays good for a while. The new one is shown this once.",
            body: .optional(
                .body(optional: [
                    "secret": .text(1...10_000).about("One that the sender gave; else it is made."),
                    "overlap": .text.about(
                        "How long the former one stays good, such as 24h, which is usual; at most 30d."),
                ])),
            .ok(
                .object([
                    "webhook_id": .id("wh"), "secret": .text,
                    "previous_valid_until": Shape.time.orNull,
                ])), errors: [.webhookNotFound, .noWebhookTrigger, .credentialNotFound, .keyUnavailable, .forbidden]),
    ]

    private static let trying: [Description] = [
        Description(
            .get, "/webhooks/:id/events", "List what was delivered to a webhook", .webhooks,
            query: .page + [.init("verdict", .words(of: DeliveryVerdict.self), "Only those of which this became.")],
            .ok(.page(of: .ref("Delivery"))), errors: [.webhookNotFound]),
        Description(
            .get, "/webhooks/:id/events/:event", "Read a delivery with its body", .webhooks, query: .noParameters,
            .ok(.ref("Delivery")), errors: [.webhookNotFound, .deliveryNotFound]),
        Description(
            .post, "/webhooks/:id/events/:event/replay", "Repeat a delivery", .webhooks,
            about: "It starts a run of the newest version, as if it had come now; filters are not asked.",
            .accepted(.ref("Delivery")), errors: againErrors),
        Description(
            .post, "/webhooks/:id/replay", "Repeat several deliveries", .webhooks,
            body: .json(.body(["events": .list(of: .text)])),
            .accepted(.object(["items": .list(of: .ref("Delivery"))])), errors: againErrors),
        Description(
            .post, "/webhooks/:id/test", "Try a delivery out", .webhooks,
            about: "What would become of a delivery that proves to be its sender's. With `start` it starts a run.",
            body: .optional(Components.sample(flag: "start")),
            .ok(
                .object([
                    "verdict": .words(of: DeliveryVerdict.self), "reason": .text.orNull, "status": .whole,
                    "trigger": .any, "run_id": .id("run").orNull,
                ])), errors: [.webhookNotFound, .workflowPaused, .busy, .tenantNotActive, .quotaExceeded]),
        Description(
            .post, "/webhooks/:id/simulate", "Sign a delivery as its sender would", .webhooks,
            about:
                "To look at, or to send. Headers that are the secret itself are masked. With `deliver` it arrives here.",
            body: .optional(Components.sample(flag: "deliver")),
            .ok(
                .object([
                    "method": .text, "url": .text, "headers": .map(to: .text), "body": .text.orNull, "curl": .text,
                    "delivered": Shape.object(["verdict": .text, "run_id": .id("run").orNull]).orNull,
                ])),
            errors: [
                .webhookNotFound, .secretUnavailable, .webhookDisabled, .workflowPaused, .methodNotAllowed, .busy,
                .tenantNotActive, .quotaExceeded, .signatureMissing, .signatureInvalid, .signatureExpired,
                .webhookUnusable,
            ]),
    ]

    private static let againErrors: [APIError.Code] = [
        .webhookNotFound, .deliveryNotFound, .deliveryNotKept, .workflowPaused, .busy, .tenantNotActive,
        .quotaExceeded, .unsupportedMediaType, .invalidJSON,
    ]
}

extension Components {
    static let webhookBody: Shape.Members = [
        "name": .text(1...200), "enabled": .bool,
        "filter": .text(1...4_000).about("An expression that gives true, or a JSONPath that finds something."),
        "per_minute": .whole(1...1_000_000), "max_bytes": .whole(1...Int64(Int32.max)),
    ]

    static func sample(flag: String) -> Shape {
        .body(optional: [
            "method": .text(1...20), "headers": .map(to: .text), "query": .text(1...4_000), "body": .any,
            "text": .text(1...(1 << 20)).about("In place of `body`: what is sent as it is."), flag: .bool,
        ])
    }

    static let webhook = Shape.object(
        [
            "id": .id("wh"), "workflow_id": .id("wf"), "node": .text, "name": .text, "endpoint": .text, "url": .text,
            "made": .bool, "enabled": .bool, "methods": .list(of: .text), "scheme": .text.orNull,
            "credential": .text.orNull, "filter": .text.orNull, "trigger_filter": .text.orNull,
            "per_minute": .whole.orNull, "max_bytes": .whole.orNull, "subscription": subscription.orNull,
        ], optional: ["secret": .text])

    /// What a connector has a vendor send.
    private static let subscription = Shape.object([
        "uses": .text, "credential": .text.orNull, "state": .words(of: SubscriptionProgress.Stage.self),
        "goal": .words(of: SubscriptionRecord.Goal.self), "url": .text.orNull, "vendor_id": .text.orNull,
        "failures": .whole, "error": .object(["code": .text, "message": .text]).orNull,
        "next_attempt_at": Shape.time.orNull, "subscribed_at": Shape.time.orNull,
    ])

    static let delivery = Shape.object(
        [
            "id": .id("dlv"), "webhook_id": .id("wh"), "received_at": .time, "delivery_id": .text.orNull,
            "verdict": .words(of: DeliveryVerdict.self), "reason": .text.orNull, "run_id": .id("run").orNull,
            "pending": .bool, "status": .whole, "method": .text, "query": .text, "headers": .map(to: .text),
            "size": .whole, "skipped": .whole, "replay_of": .id("dlv").orNull,
        ], optional: ["body": .text.orNull, "body_base64": .text.orNull])
}
