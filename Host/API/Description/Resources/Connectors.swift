import HTTPTypes
import PatchbayCore
import PatchbayJSON

extension DescriptionTable {
    static let connectors: [Description] = [
        Description(
            .get, "/connectors", "List connectors", .connectors, query: .noParameters,
            .ok(.page(of: .ref("ConnectorListing")))),
        Description(
            .get, "/connectors/breakers", "List services that failed lately", .connectors, query: .noParameters,
            .ok(.page(of: .ref("Breaker")))),
        Description(
            .get, "/connectors/:id", "Read a connector", .connectors,
            query: [.init("version", .text, "The version that workflows get which name none, when absent.")],
            .ok(.ref("Connector")), errors: [.connectorNotFound]),
        Description(
            .get, "/connectors/:id/:version", "Read one version of a connector", .connectors, query: .noParameters,
            .ok(.ref("Connector")), errors: [.connectorNotFound]),
        Description(
            .get, "/connectors/:id/settings", "Read the settings of a connector", .connectors, .ok(.object),
            errors: [.connectorNotFound]),
        Description(
            .put, "/connectors/:id/settings", "Set the settings of a connector", .connectors,
            about: "Replaces all of them; `settings_schema` of the connector says what there is.",
            body: .json(.object), .ok(.object), errors: [.connectorNotFound, .connectorRefused]),
        Description(
            .post, "/connectors/:id/upgrade", "Move all workflows to another version of a connector", .connectors,
            body: .optional(Components.pinBody),
            .ok(.object(["connector": .text, "to": .text, "items": .list(of: .ref("Move"))])),
            errors: [
                .connectorNotFound, .workflowNotFound, .versionConflict, .endpointTaken, .tenantNotActive,
                .quotaExceeded,
            ]),
    ]

    /// Installing, for all hosts.
    static let packages: [Description] = [
        Description(
            .post, "/connectors", "Install a connector", .connectors,
            query: [.init("may_connect", .bool, "Let it open connections of its own, as far as its manifest asks.")],
            body: .media([
                ("application/vnd.patchbay.connector", Shape.any), ("application/octet-stream", Shape.any),
                ("application/json", .body(["url": .text(1...2_000)], optional: ["may_connect": .bool])),
            ]),
            .created(.ref("Installation")), .ok(.ref("Installation"), "The same package is there."),
            errors: [.connectorRefused, .sourceNotAllowed, .fetchFailed]),
        Description(
            .post, "/connectors/:id/rollback", "Take the newest version of a connector back", .connectors,
            body: .optional(
                .body(optional: ["from": .text(1...200).about("The version to take back, if it is the newest still.")])),
            .ok(.object(["connector": .text, "disabled": .text, "current": .text])),
            errors: [.connectorNotFound, .connectorNotManaged, .noEarlierVersion]),
        Description(
            .post, "/connectors/:id/:version/enable", "Let workflows get a version", .connectors, query: .noParameters,
            .ok(.either(.ref("Installation"), .object(["connector": .text, "version": .text]))),
            errors: Components.pinErrors),
        Description(
            .post, "/connectors/:id/:version/disable", "Let no further workflow get a version", .connectors,
            query: .noParameters, .ok(.ref("Installation")), errors: Components.pinErrors),
        Description(
            .post, "/connectors/:id/:version/resume", "Try again what this host has set aside", .connectors,
            query: .noParameters, .ok(.object(["connector": .text, "version": .text, "resumed": .bool])),
            errors: [.connectorNotFound]),
        Description(
            .post, "/connectors/:id/:version/retire", "Remove a version as soon as nobody needs it", .connectors,
            query: .noParameters, .accepted(.object(["installation": .ref("Installation"), "needs": .ref("Needs")])),
            errors: Components.pinErrors),
        Description(
            .get, "/connectors/:id/:version/needs", "List who needs a version", .connectors, query: .noParameters,
            .ok(.ref("Needs")), errors: [.connectorNotFound]),
        Description(
            .delete, "/connectors/:id/:version", "Remove a version", .connectors, query: .noParameters, .done,
            errors: Components.pinErrors + [.connectorInUse]),
    ]
}

extension Components {
    static let pinErrors: [APIError.Code] = [.connectorNotFound, .connectorNotManaged]

    private static let listingMembers: [(String, Shape)] = [
        ("id", .text), ("version", .text), ("name", .text), ("summary", .text), ("category", .text),
        ("state", .words(["available", "loaded", "refused"])), ("sha256", .text.orNull),
        ("refusal", Shape.ref("Refusal").orNull), ("isolation", Shape.ref("Isolation").orNull),
        ("installation", Shape.ref("Installation").orNull),
    ]

    static let connectorListing = Shape.object(listed: listingMembers)

    static let connector: Shape = {
        var shape = Shape.object(
            listed: listingMembers + [
                ("operations", .list(of: .object).orNull), ("credentials", .list(of: .object).orNull),
                (
                    "hosts",
                    .list(
                        of: .object([
                            "host": .text, "reported_at": .time, "state": .text, "sha256": .text.orNull,
                            "refusal": Shape.ref("Refusal").orNull,
                        ])
                    ).about("What each host says of it.")
                ),
                ("settings_schema", .object.orNull),
            ])
        var properties = shape.schema["properties"]?.object ?? [:]
        for name in ["license", "docs", "homepage", "icon"] { properties[name] = .object(Shape.text.schema) }
        for name in ["abi", "sdk", "limits"] { properties[name] = .object(Shape.object.schema) }
        shape.schema["properties"] = .object(properties)
        return shape
    }()

    static let refusal = Shape.object(["code": .text, "have": .text, "need": .text, "hint": .text])

    static let isolation = Shape.object([
        "mode": .text, "enforced": .list(of: .text), "missing": .list(of: .text), "runners": .whole,
        "quarantine": .text.orNull,
    ])

    static let installation = Shape.object([
        "connector": .text, "version": .text, "state": .words(of: ConnectorInstallation.State.self), "digest": .text,
        "size": .whole, "sha256": .text, "may_connect": .bool, "installed_at": .time, "installed_by": .text,
        "changed_at": .time, "changed_by": .text,
    ])

    static let needs = Shape.object([
        "workflows": .list(of: .object(["id": .id("wf"), "name": .text, "version": version])),
        "workflow_count": .whole, "runs": .list(of: .id("run")), "run_count": .whole,
    ])

    static let breaker = Shape.object([
        "connector": .text, "version": .text, "credential": .text.orNull,
        "state": .words(of: GateRecord.State.self), "until": .time.orNull, "calls": .whole, "failures": .whole,
        "since": .time,
    ])
}
