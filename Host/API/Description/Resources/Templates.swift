import HTTPTypes
import PatchbayCore
import PatchbayJSON
import PatchbayMarketplace

extension DescriptionTable {
    private static let found: [APIError.Code] = [.templateNotFound, .versionNotFound]
    /// Of what may have to be fetched from an index.
    private static let had: [APIError.Code] = found + [.fetchFailed, .busy]

    private static let ref = Description.Parameter(
        "ref", .text(1...64), "Where the link stands, for the publisher's analytics.")

    static let templates: [Description] = [
        Description(
            .get, "/templates", "Search published templates", .templates,
            about: "All words must occur; misspelt ones are taken for the nearest that there are.",
            query: [
                .init("q", .text, "Words."), .init("category", .words(of: TemplateCategory.self), "Only those of it."),
                .init("tag", .text, "Only those that have it."),
                .init("connector", .text, "Only those that need it, by its id."),
                .init("author", .text, "Only theirs."),
                .init("publisher", .id("pub"), "Only theirs, by their id."),
                .init("sort", .words(of: TemplateSearch.Order.self), "Which come first; `relevance` when absent."),
            ] + .page, .ok(.page(of: .ref("TemplateListing"))), errors: [.forbidden]),
        Description(
            .post, "/templates", "Store a version of a template", .templates,
            about: "A draft, which nobody else sees. One of the same version is replaced until it is submitted.",
            body: .json(.object), .created(Components.templateDraft), errors: [.templateConflict, .forbidden]),
        Description(
            .post, "/templates/check", "Check a template without storing it", .templates, body: .json(.object),
            .ok(.object(["valid": .bool, "problems": .list(of: .ref("Problem")), "pins": .list(of: .text)])),
            errors: [.forbidden]),
        Description(
            .post, "/templates/export", "Make a template of a workflow", .templates,
            about:
                "Credentials become slots. Constants are offered; those in `parameters`, by pointer, become parameters.",
            body: .json(
                .body(
                    ["workflow_id": .id("wf"), "name": .text(1...64)],
                    optional: [
                        "author": .text(1...100), "category": .words(of: TemplateCategory.self),
                        "parameters": .list(of: .text),
                    ])),
            .ok(
                .object([
                    "document": .object, "problems": .list(of: .ref("Problem")),
                    "offers": .list(of: .object(["pointer": .text, "name": .text, "value": .any])),
                ])), errors: [.workflowNotFound, .forbidden]),
        Description(
            .get, "/templates/own", "List the tenant's templates", .templates, query: .page,
            .ok(.page(of: .ref("TemplateVersion"))), errors: [.forbidden]),
        Description(
            .get, "/templates/:id", "Read a template", .templates,
            about: "By id or name. One of the tenant's own that is not published is answered as its newest version.",
            query: [ref],
            .ok(.either(Components.listedTemplate, Components.ownTemplate)), errors: had + [.forbidden]),
        Description(
            .get, "/templates/:id/preview", "See what a template does and needs", .templates,
            query: [.init("version", .text, "The newest when absent."), ref], .ok(Components.templatePreview),
            errors: had + [.forbidden]),
        Description(
            .get, "/templates/:id/versions", "List the versions of a template", .templates,
            .ok(.object(["items": .list(of: .ref("TemplateVersion"))])), errors: [.templateNotFound, .forbidden]),
        Description(
            .get, "/templates/:id/versions/:version", "Read a version of a template", .templates,
            .ok(Components.ownTemplate), errors: had + [.forbidden]),
        Description(
            .post, "/templates/:id/publish", "Submit a version to the moderators", .templates,
            about: "With `hold` it is published by another such request, once it is approved.",
            body: .optional(.body(optional: ["version": .text(1...64), "hold": .bool])), .ok(.ref("TemplateVersion")),
            errors: found + [.templateConflict, .forbidden]),
        Description(
            .post, "/templates/:id/unpublish", "Take a version back", .templates,
            about: "It is not offered any more; what was installed goes on.",
            body: .optional(.body(optional: ["version": .text(1...64), "reasons": .text(1...2_000)])),
            .ok(.ref("TemplateVersion")), errors: found + [.templateConflict, .forbidden]),
        Description(
            .post, "/templates/:id/deprecate", "Say that a template is not to be installed any more", .templates,
            about: "Without a reason it is again.", body: .optional(.body(optional: ["reason": .text(1...1_000)])),
            .ok(.ref("TemplateListing")), errors: [.templateNotFound, .forbidden]),
    ]

    static let submissions: [Description] = [
        Description(
            .get, "/submissions", "List what waits for moderators", .templates,
            query: [.init("state", .words(of: SubmissionState.self), "`pending` when absent.")] + .page,
            .ok(.page(of: Components.submission)), errors: [.forbidden]),
        Description(
            .get, "/submissions/:id/:version", "Read a submission", .templates,
            .ok(Components.submission.requiring(["document": .object, "problems": .list(of: .ref("Problem"))])),
            errors: found + [.forbidden]),
        decision("approve", "Let a version be published", isNeeded: false),
        decision("reject", "Say why a version is not published", isNeeded: true),
        decision("withdraw", "Take a version off the list", isNeeded: true),
    ]

    private static func decision(_ word: String, _ summary: String, isNeeded: Bool) -> Description {
        let reasons: Shape.Members = ["reasons": .text(1...2_000)]
        return Description(
            .post, "/submissions/:id/:version/\(word)", summary, .templates,
            body: isNeeded ? .json(.body(reasons)) : .optional(.body(optional: reasons)), .ok(Components.submission),
            errors: found + [.templateConflict, .forbidden])
    }

    private static let refused: [APIError.Code] = [
        .endpointTaken, .quotaExceeded, .tenantNotActive, .templateConflict, .forbidden,
    ]

    static let installations: [Description] = [
        Description(
            .get, "/installations", "List what was installed", .templates, query: .page,
            .ok(.page(of: .ref("TemplateInstallation"))), errors: [.forbidden]),
        Description(
            .post, "/installations", "Install a template", .templates,
            about:
                "The workflow and the installation are made together, or nothing is. A dry run says what is missing. With "
                + "`install_connectors` what is published and missing is installed first, and stays.",
            body: .json(
                .body(
                    optional: [
                        "template_id": .text(1...100).about("Its id or its name."), "templateId": .text(1...100),
                        "name": .text(1...200).about("The workflow's."),
                        "install_connectors": .bool.about("Install published connectors that are missing."),
                        "installConnectors": .bool,
                    ]
                ).adding(Components.choices)),
            .created(Components.newInstallation), .ok(Components.installationPlan),
            errors: had + refused + [.connectorRefused, .packageNotFound]),
        Description(
            .get, "/installations/:id", "Read an installation", .templates,
            about: "`update` is the version that it could be updated to.", .ok(Components.installed),
            errors: [.installationNotFound, .forbidden]),
        Description(
            .post, "/installations/:id/update", "Update an installation", .templates,
            about:
                "What people changed in the workflow stays. Where they and the template changed the same, `prefer` says what "
                + "becomes of it; without it nothing is changed.",
            body: .optional(
                .body(optional: ["prefer": .words(of: ThreeWayMerge.Preference.self)]).adding(Components.choices)),
            .ok(Components.templateUpdate),
            errors: had + refused + [
                .installationNotFound, .workflowNotFound, .versionConflict, .updateConflict,
            ]),
        Description(
            .post, "/installations/:id/revert", "Take the last update back", .templates, .ok(Components.installed),
            errors: refused + [.installationNotFound, .workflowNotFound, .versionConflict, .validation]),
        Description(
            .delete, "/installations/:id", "Uninstall", .templates, about: "The workflow goes too; its runs stay.",
            .done,
            errors: [.installationNotFound, .forbidden]),
    ]
}
