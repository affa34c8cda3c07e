import HTTPTypes
import PatchbayCore
import PatchbayJSON

extension DescriptionTable {
    private static let unknown: [APIError.Code] = [.indexNotFound]

    private static let url = Shape.text(1...2_000).about("Of `index.json`.")
    private static let key = Shape.text(1...100).about("Ed25519, in base64.")

    private static let options: Shape.Members = [
        "enabled": .bool, "interval": .text.about("From one reading to the next, such as `1h`, which is usual."),
    ]

    static let indexes: [Description] = [
        Description(
            .get, "/indexes", "List the indexes that are followed", .templates, query: .noParameters,
            .ok(.page(of: .ref("Index")))),
        Description(
            .post, "/indexes", "Follow an index", .templates,
            about: "Its templates are listed as `name:template` once it was read.",
            body: .json(
                .body(["name": .text(1...TemplateIndex.longestName), "url": url, "key": key], optional: options)),
            .created(.ref("Index")), errors: [.indexConflict]),
        Description(
            .get, "/indexes/:id", "Read an index", .templates, about: "By id or name.", .ok(.ref("Index")),
            errors: unknown),
        Description(
            .put, "/indexes/:id", "Change an index", .templates,
            about:
                "What is left out stays. One that is disabled offers nothing. With another address or key it is read as if for "
                + "the first time.",
            body: .json(.body(optional: ["url": url, "key": key]).adding(options)), .ok(.ref("Index")), errors: unknown),
        Description(
            .delete, "/indexes/:id", "Follow an index no more", .templates,
            about: "Its templates leave the list; what was installed goes on.", .done, errors: unknown),
        Description(
            .post, "/indexes/:id/fetch", "Read an index now", .templates,
            .accepted(.ref("Index"), "It is read as soon as a host can."), errors: unknown),
        Description(
            .get, "/indexes/:id/connectors", "List the connectors that an index offers", .templates, query: .page,
            .ok(.page(of: Components.indexedConnector)), errors: unknown),
    ]
}

extension Components {
    static let index = Shape.object([
        "id": .id("idx"), "name": .text, "url": .text, "key": .text, "enabled": .bool, "interval_seconds": .whole,
        "status": .words(["new", "active", "failing", "disabled"]),
        "title": .text.orNull.about("What it calls itself."), "serial": .whole.orNull, "templates": .whole,
        "connectors": .whole, "failures": .whole.about("Readings in a row that failed."),
        "error": .object(["code": .text, "message": .text]).orNull, "checked_at": .time.orNull,
        "changed_at": .time.orNull.about("When what it offers now was taken."), "next_at": .time.orNull,
        "created_by": .text, "created_at": .time, "updated_at": .time,
    ])

    static let indexedConnector = Shape.object([
        "id": .text, "version": .text, "url": .text.about("Where its package lies."), "sha256": .text, "size": .whole,
        "entry": .object.about("What the index says of it, with its permissions."),
    ])
}
