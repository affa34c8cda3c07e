import HTTPTypes
import PatchbayJSON

extension DescriptionTable {
    /// What the API says of itself.
    static let product: [Description] = [
        Description(
            .get, "/openapi.json", "Read this document", .host, query: .noParameters, .ok(.object, "OpenAPI 3.1."))
    ]

    /// Whole paths.
    static let open: [Description] =
        [
            Description(
                .get, "/", "Read what this is", .host,
                .ok(
                    .object([
                        "name": .text, "version": .text, "api": .text, "openapi": .text, "health": .text,
                        "readiness": .text,
                    ]))),
            Description(
                .get, "/healthz", "Whether the process serves", .host, .ok(.object(["status": .words(["ok"])]))),
            Description(
                .get, "/readyz", "Whether the database answers", .host, .ok(.object(["status": .words(["ready"])])),
                errors: [.notReady]),
        ] + [HTTPRequest.Method.get, .post, .put, .patch, .delete].map(webhook) + pages

    private static func webhook(_ method: HTTPRequest.Method) -> Description {
        Description(
            method, "/webhook/**", "Deliver to a webhook with \(method.rawValue)", .webhooks,
            about: "The path may have several parts. The trigger says which method it takes, and how senders prove "
                + "who they are.",
            body: .anything,
            .accepted(.either(Components.receipt, .object(["events": .list(of: Components.receipt)]))),
            .ok(
                .either(Components.receipt, .object(["challenge": .text])),
                "The run has ended, and the webhook waits for that; or a filter lets the delivery start nothing; or what "
                    + "Slack asks before it delivers."),
            .workflows,
            errors: [
                .invalidJSON, .validation, .signatureMissing, .signatureInvalid, .signatureExpired, .webhookNotFound,
                .methodNotAllowed, .workflowPaused, .bodyTooLarge, .unsupportedMediaType, .secretUnavailable,
                .webhookUnusable, .webhookDisabled, .busy, .rateLimited, .tenantNotActive, .quotaExceeded,
            ])
    }
}

extension Components {
    static let receipt = Shape.object(
        ["delivery_id": .text, "duplicate": .bool],
        optional: ["run_id": .id("run").orNull, "status": .text, "filtered": .bool])
}
