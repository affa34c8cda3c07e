import HTTPTypes
import PatchbayCore
import PatchbayJSON

extension DescriptionTable {
    static let reviews: [Description] = [
        Description(
            .get, "/templates/:id/reviews", "List the reviews of a template", .templates,
            about: "The newest first. Moderators see those that are hidden too.", query: .page,
            .ok(.page(of: .ref("TemplateReview"))), errors: [.templateNotFound, .forbidden]),
        Description(
            .get, "/templates/:id/review", "Read one's own review", .templates, .ok(.ref("TemplateReview")),
            errors: [.templateNotFound, .reviewNotFound, .forbidden]),
        Description(
            .put, "/templates/:id/review", "Review a template", .templates,
            about: "One a person; another one replaces it. Only for members of a tenant that has or had it installed.",
            body: .json(
                .body(
                    ["stars": .whole(TemplateReview.stars)],
                    optional: [
                        "text": .text(1...TemplateReview.longestText),
                        "author": .text(1...100).about("As the reviewer wants to be called; absent: not at all."),
                    ])), .ok(.ref("TemplateReview")), errors: [.templateNotFound, .reviewRefused]),
        Description(
            .delete, "/templates/:id/review", "Take one's review back", .templates, .done,
            errors: [.templateNotFound, .reviewNotFound]),
        Description(
            .post, "/templates/:id/reviews/:review/hide", "Hide a review", .templates,
            about: "For moderators. It does not count in the rating then.",
            body: .json(.body(["reason": .text(1...2_000)])), .ok(.ref("TemplateReview")),
            errors: [.templateNotFound, .reviewNotFound, .forbidden]),
        Description(
            .post, "/templates/:id/reviews/:review/restore", "Show a review again", .templates,
            .ok(.ref("TemplateReview")), errors: [.templateNotFound, .reviewNotFound, .forbidden]),
    ]

    private static let reported = Description.Body.json(
        .body(
            ["reason": .words(of: TemplateReport.Reason.self)],
            optional: ["text": .text(1...TemplateReport.longestText).about("Needed with `other`.")]))

    static let reports: [Description] = [
        Description(
            .post, "/templates/:id/reports", "Report a template to the moderators", .templates, body: reported,
            .created(.ref("TemplateReport")), errors: [.templateNotFound, .reportConflict]),
        Description(
            .post, "/templates/:id/reviews/:review/reports", "Report a review to the moderators", .templates,
            body: reported, .created(.ref("TemplateReport")),
            errors: [.templateNotFound, .reviewNotFound, .reportConflict]),
        Description(
            .get, "/reports", "List what was reported", .templates, about: "For moderators; the oldest first.",
            query: [.init("state", .words(of: TemplateReport.State.self), "`open` when absent.")] + .page,
            .ok(.page(of: Components.moderatedReport)), errors: [.forbidden]),
        Description(
            .get, "/reports/:id", "Read a report", .templates, .ok(Components.moderatedReport),
            errors: [.reportNotFound, .forbidden]),
        Description(
            .post, "/reports/:id/resolve", "Say what was done about a report", .templates,
            body: .json(.body(["note": .text(1...2_000)])), .ok(Components.moderatedReport),
            errors: [.reportNotFound, .reportConflict, .forbidden]),
        Description(
            .post, "/reports/:id/dismiss", "Say that nothing is to be done about a report", .templates,
            body: .optional(.body(optional: ["note": .text(1...2_000)])), .ok(Components.moderatedReport),
            errors: [.reportNotFound, .reportConflict, .forbidden]),
    ]
}

extension Components {
    static let templateRating = Shape.object([
        "average": Shape.number.orNull.about("Of the stars; null without reviews."), "reviews": .whole,
    ])

    static let templateReview = Shape.object([
        "id": .id("rev"), "template_id": .id("tpl"), "stars": .whole(TemplateReview.stars), "text": .text,
        "author": .text.orNull, "version": .text.about("Which the reviewer's tenant had."),
        "hidden": .text.orNull.about("Why moderators hide it."), "created_at": .time, "updated_at": .time,
    ])

    static let templateReport = Shape.object([
        "id": .id("rep"), "template_id": .id("tpl"), "review_id": .id("rev").orNull,
        "reason": .words(of: TemplateReport.Reason.self), "text": .text,
        "state": .words(of: TemplateReport.State.self), "created_at": .time,
    ])

    static let moderatedReport = templateReport.requiring([
        "reported_by": .text, "note": .text, "decided_by": .text.orNull, "decided_at": .time.orNull,
    ])
}

extension DescriptionTable {
    static let publishers: [Description] = [
        Description(
            .get, "/publisher", "Read the tenant's profile", .templates, .ok(Components.publisherProfile),
            errors: [.publisherNotFound, .forbidden]),
        Description(
            .put, "/publisher", "Say who publishes the tenant's templates", .templates,
            about: "All tenants see it. What is left out is taken away.",
            body: .json(
                .body(
                    ["name": .text(1...100).about("Unique, whatever the case.")],
                    optional: [
                        "bio": .text(1...4_000), "avatar": .text(1...2_000).about("Of a picture, `https://…`."),
                        "links": .list(of: .object(["title": .text(1...100), "url": .text(1...2_000)])),
                    ])), .ok(Components.publisherProfile), errors: [.publisherNameTaken, .forbidden]),
        Description(
            .get, "/publishers/:id", "Read a publisher's profile", .templates,
            about: "With the templates of it that are installed most; `GET /templates?publisher=` finds all.",
            .ok(Components.publisherProfile), errors: [.publisherNotFound, .forbidden]),
    ]
}

extension DescriptionTable {
    static let analytics: [Description] = [
        Description(
            .get, "/templates/:id/analytics", "See how a template does", .templates,
            about: "For its publisher and for operators. Days are those of UTC, the last is today.",
            query: [.init("days", .whole(1...Int64(TemplateAnalyticsRoutes.mostDays)), "How many; 30 when absent.")],
            .ok(Components.templateAnalytics), errors: [.templateNotFound, .forbidden])
    ]
}

extension Components {
    private static let analyticsNumbers: Shape.Members = [
        "views": .whole.about("One a caller and hour."), "installs": .whole, "uninstalls": .whole,
        "active_installations": .whole.about("At the end."), "runs": .whole,
    ]

    static let templateAnalytics = Shape.object([
        "template_id": .id("tpl"), "totals": .object(analyticsNumbers),
        "days": .list(of: Shape.object(analyticsNumbers).requiring(["day": .text])),
        "referrals": .list(of: .object(["source": .text, "views": .whole])),
    ])

    static let publisherProfile = Shape.object([
        "id": .id("pub"), "name": .text, "bio": .text, "avatar": .text.orNull,
        "links": .list(of: .object(["title": .text, "url": .text])), "created_at": .time, "updated_at": .time,
        "templates": .list(of: .ref("TemplateListing")),
    ])
}
