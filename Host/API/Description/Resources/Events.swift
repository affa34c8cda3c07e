import HTTPTypes
import PatchbayCore
import PatchbayJSON

extension DescriptionTable {
    /// What is told to all runs of a tenant.
    static let events: [Description] = [
        Description(
            .post, "/events", "Send an event to all runs that wait for it", .runs,
            about:
                "Those whose `wait` node names the event and the key. It is kept for a time for runs that come to wait "
                + "later. Of events with the same id one counts.",
            body: .json(
                .body(
                    ["name": .text(1...200), "key": .text(1...200)],
                    optional: [
                        "payload": .any, "id": .text(1...200),
                        "keep": .text.about("How long it is kept, such as `1h`; `5m` when absent, `7d` at most."),
                    ])),
            .accepted(
                .object([
                    "id": .text, "name": .text, "key": .text, "duplicate": .bool,
                    "runs": .whole.about("How many runs heard of it at once."),
                ])))
    ]

    private static let page = Description.Answer(
        status: 200, about: "A page.", shape: .any, headers: [], isAnything: true)
    private static let otherwise = Description.Answer(
        status: 0, about: "A page that says why nothing is decided.", shape: .any, headers: [], isAnything: true)

    /// Pages for people who come from letters.
    static let pages: [Description] = [
        Description(
            .get, "/decide", "Look at what a letter's link is about", .tasks, about: "Changes nothing.",
            page, otherwise, errors: [.rateLimited]),
        Description(
            .post, "/decide", "Decide a task by a letter's link", .tasks, about: "A form, as the page sends it.",
            body: .anything,
            page, otherwise, errors: [.rateLimited, .bodyTooLarge]),
        Description(
            .post, "/slack/interactions", "Take a press of a button in Slack", .tasks,
            about:
                "The *Request URL* of a Slack app's *Interactivity*. What there is to say is sent to the press's own "
                + "address.",
            body: .anything, taken,
            errors: [
                .signatureMissing, .signatureInvalid, .signatureExpired, .secretUnavailable, .rateLimited,
                .bodyTooLarge, .auditUnavailable, .keyUnavailable,
            ]),
    ]

    private static let taken = Description.Answer(
        status: 200, about: "It came from Slack.", shape: nil, headers: [])
}
