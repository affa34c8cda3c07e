import HTTPTypes
import PatchbayCore
import PatchbayJSON

extension DescriptionTable {
    private static let found: [APIError.Code] = [.packageNotFound, .forbidden]

    /// Packages of connectors that are offered to everybody.
    static let marketplace: [Description] = submitted + published

    private static let submitted: [Description] = [
        Description(
            .get, "/connector-submissions", "List packages that wait for moderators", .connectors,
            query: [.init("state", .words(of: SubmissionState.self), "`pending` when absent.")] + .page,
            .ok(.page(of: Components.packageSubmission.requiring(["tenant_id": .id("ten")]))), errors: [.forbidden]),
        Description(
            .post, "/connector-submissions", "Offer a connector to everybody", .connectors,
            about:
                "A signed package. All checks are made before the answer, each in a process that can reach nothing; where one fails "
                + "the state is `rejected`, and the same version may be submitted anew.",
            query: [
                .init("signer", .text(44...44), "The public key that signed it; needed where hosts trust any."),
                .init("hold", .bool, "Once approved, publish it only when its tenant says so."),
            ],
            body: .media([
                ("application/vnd.patchbay.connector", Shape.any), ("application/octet-stream", Shape.any),
            ]),
            .created(Components.wholeSubmission), errors: [.connectorRefused, .packageConflict, .busy, .forbidden]),
        Description(
            .get, "/connector-submissions/own", "List the tenant's packages", .connectors, query: .page,
            .ok(.page(of: .ref("PackageSubmission"))), errors: [.forbidden]),
        Description(
            .get, "/connector-submissions/:id/:version", "Read a submitted package", .connectors,
            about: "Of the tenant's own; operators read all. `changes` compares it with the published version before.",
            query: .noParameters, .ok(Components.wholeSubmission), errors: found),
        Description(
            .post, "/connector-submissions/:id/:version/approve", "Let a package be published", .connectors,
            about: "One that another key has signed than the version before needs `accept_signer`.",
            body: .optional(.body(optional: ["reasons": .text(1...2_000), "accept_signer": .bool])),
            .ok(.ref("PackageSubmission")), errors: found + [.packageConflict]),
        Description(
            .post, "/connector-submissions/:id/:version/reject", "Say why a package is not published", .connectors,
            body: .json(.body(["reasons": .text(1...2_000)])), .ok(.ref("PackageSubmission")),
            errors: found + [.packageConflict]),
        Description(
            .post, "/connector-submissions/:id/:version/publish", "Publish what was approved and held", .connectors,
            query: .noParameters, .ok(.ref("PackageSubmission")), errors: found + [.packageConflict]),
        Description(
            .post, "/connector-submissions/:id/:version/withdraw", "Take a package back before it is published",
            .connectors, query: .noParameters, .ok(.ref("PackageSubmission")), errors: found + [.packageConflict]),
    ]

    private static let published: [Description] = [
        Description(
            .get, "/connector-packages", "Search published connectors", .connectors,
            about: "The newest version of each that is offered.",
            query: [.init("q", .text, "What the id, the name or the summary holds.")] + .page,
            .ok(.page(of: .ref("PublishedPackage"))), errors: [.forbidden]),
        Description(
            .get, "/connector-packages/:id", "List the published versions of a connector", .connectors,
            query: .noParameters, .ok(.object(["items": .list(of: .ref("PublishedPackage"))])), errors: found),
        Description(
            .get, "/connector-packages/:id/:version", "Read a published version", .connectors, query: .noParameters,
            .ok(Components.wholePackage), errors: found),
        Description(
            .get, "/connector-packages/:id/:version/content", "Download a package", .connectors,
            query: .noParameters,
            .init(
                status: 200, about: "The package.", shape: .any, headers: ["Content-Disposition"], isAnything: true),
            errors: found),
        Description(
            .post, "/connector-packages/:id/:version/install", "Install a published version", .connectors,
            body: .optional(.body(optional: ["may_connect": .bool])), .created(.ref("Installation")),
            .ok(.ref("Installation"), "The same package is there."), errors: found + [.connectorRefused]),
        recall(
            "yank", "Advise against a version", about: "By its publisher or an operator. What is pinned to it goes on."),
        recall(
            "quarantine", "Take a version out of sight",
            about: "By operators, who alone see it then; nothing more of the connector is published meanwhile."),
        Description(
            .post, "/connector-packages/:id/:version/restore", "Offer a version again", .connectors,
            query: .noParameters, .ok(Components.recalledPackage), errors: found),
    ]

    private static func recall(_ word: String, _ summary: String, about: String) -> Description {
        Description(
            .post, "/connector-packages/:id/:version/\(word)", summary, .connectors, about: about,
            body: .json(.body(["reason": .text(1...1_000)])), .ok(Components.recalledPackage), errors: found)
    }
}

extension Components {
    private static let packageMembers: Shape.Members = [
        "connector": .text, "version": .text, "name": .text.orNull, "summary": .text.orNull, "category": .text.orNull,
        "license": .text.orNull, "state": .words(of: SubmissionState.self),
        "signer": .text.about("The public key whose signature it bears."), "digest": .text, "size": .whole,
        "permissions": .any.about("What the connector may, as its manifest says."),
        "check": .object([
            "passed": .bool, "failed": .list(of: .text), "warnings": .list(of: .text), "skipped": .list(of: .text),
        ]),
        "recall": Shape.object(["kind": .words(of: PackageRecall.Kind.self), "reason": .text, "at": .time]).orNull,
        "submitted_at": .time, "published_at": .time.orNull,
    ]

    static let publishedPackage = Shape.object(packageMembers)

    static let packageSubmission = publishedPackage.requiring([
        "reasons": .text, "held": .bool, "submitted_by": .text, "decided_at": .time.orNull,
    ])

    private static let whole: Shape.Members = [
        "manifest": .object, "report": .object.about("What the checks found."),
        "changes": .any.about("What is new since the published version before."), "signer_changed": .bool,
    ]

    static let wholePackage = publishedPackage.requiring(whole)
    static let wholeSubmission = packageSubmission.requiring(whole)
    /// Operators see who needs it.
    static let recalledPackage: Shape = {
        var shape = publishedPackage
        var properties = shape.schema["properties"]?.object ?? [:]
        properties["needs"] = .object(Shape.ref("Needs").schema)
        shape.schema["properties"] = .object(properties)
        return shape
    }()
}
