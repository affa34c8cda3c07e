import HTTPTypes
import PatchbayCore
import PatchbayJSON

extension DescriptionTable {
    static let workflows: [Description] = [
        Description(
            .get, "/workflows", "List workflows", .workflows, query: .page, .ok(.page(of: .ref("WorkflowListing")))),
        Description(
            .post, "/workflows", "Create a workflow", .workflows, body: .json(Components.documentBody),
            .created(.ref("Workflow"), headers: ["Location", "ETag"]),
            errors: [.endpointTaken, .quotaExceeded, .tenantNotActive, .forbidden]),
        Description(
            .post, "/workflows/validate", "Check a workflow without storing it", .workflows,
            body: .json(Components.documentBody),
            .ok(
                .object(["valid": .bool, "problems": .list(of: .ref("Problem")), "document": .any]),
                "What is wrong with it, and its canonical form.")),
        Description(
            .post, "/workflows/import", "Translate a workflow of another product", .workflows,
            query: [.init("from", .words(["n8n"]), "Required: the product that it comes from.")], body: .json(.any),
            .ok(
                .object([
                    "document": .any, "report": .object, "text": .text, "problems": .list(of: .ref("Problem")),
                ]), "The translation, what became of each node and expression, and what is missing still.")),
        Description(
            .get, "/workflows/:id", "Read a workflow", .workflows, headers: [.ifNoneMatch],
            .ok(.ref("Workflow"), headers: ["ETag"]), .unchanged, errors: [.workflowNotFound]),
        Description(
            .put, "/workflows/:id", "Save a new version of a workflow", .workflows, headers: [.ifMatch],
            body: .json(Components.documentBody), .ok(.ref("Workflow"), headers: ["ETag"]),
            errors: [
                .workflowNotFound, .versionConflict, .preconditionFailed, .endpointTaken, .tenantNotActive,
                .quotaExceeded, .forbidden,
            ]),
        Description(
            .delete, "/workflows/:id", "Delete a workflow", .workflows, about: "Its runs stay, its webhooks are gone.",
            headers: [.ifMatch], .done, errors: [.workflowNotFound, .preconditionFailed, .validation]),
        Description(
            .get, "/workflows/:id/versions", "List the versions of a workflow", .workflows, query: .page,
            .ok(
                .page(
                    of: .object(["workflow_id": .id("wf"), "version": Components.version, "created_at": .time]))),
            errors: [.workflowNotFound]),
        Description(
            .get, "/workflows/:id/versions/:version", "Read one version of a workflow", .workflows,
            headers: [.ifNoneMatch],
            .ok(
                .object([
                    "workflow_id": .id("wf"), "version": Components.version, "created_at": .time,
                    "document": .ref("Document"),
                ]), headers: ["ETag"]), .unchanged,
            errors: [.workflowNotFound, .versionNotFound]),
        Description(
            .post, "/workflows/:id/pause", "Pause a workflow", .workflows, headers: [.ifMatch],
            body: .optional(
                .body(optional: ["hold": .bool.about("Runs under way stop at their next step too.")])),
            .ok(.ref("WorkflowListing"), headers: ["ETag"]), errors: [.workflowNotFound, .preconditionFailed]),
        Description(
            .post, "/workflows/:id/resume", "Let a paused workflow go on", .workflows, headers: [.ifMatch],
            .ok(.ref("WorkflowListing"), headers: ["ETag"]),
            errors: [.workflowNotFound, .preconditionFailed, .validation]),
        Description(
            .post, "/workflows/:id/connectors/upgrade", "Move a workflow to another version of a connector",
            .workflows, body: .optional(Components.pinBody), .ok(.ref("Move")),
            errors: [
                .workflowNotFound, .connectorNotFound, .versionConflict, .endpointTaken, .tenantNotActive,
                .quotaExceeded,
            ]),
        Description(
            .post, "/workflows/:id/connectors/rollback",
            "Move a workflow back to the version of a connector that it had before", .workflows,
            body: .optional(Components.pinBody), .ok(.ref("Move")),
            errors: [
                .workflowNotFound, .noEarlierVersion, .versionConflict, .endpointTaken, .tenantNotActive,
                .quotaExceeded,
            ]),
        Description(
            .get, "/node-kinds", "List the kinds of nodes", .nodes, query: .noParameters,
            .ok(.page(of: .ref("NodeKind")))),
        Description(
            .get, "/node-kinds/:kind", "Read a kind of node with its schema", .nodes, query: .noParameters,
            .ok(.ref("NodeKind")), errors: [.nodeKindNotFound]),
    ]
}

extension Description.Parameter {
    static let ifMatch = Description.Parameter(
        "If-Match", .text, "The `ETag` of what was changed; when it is another now, nothing is done (412).")
    static let ifNoneMatch = Description.Parameter(
        "If-None-Match", .text, "The `ETag` of what is known; when it is the same still, it is not sent again (304).")
}

extension Components {
    static let version = Shape.whole(1...Int64(Int32.max))

    static let document = Shape.object([:], isOpen: true).about(
        "A workflow document; `GET /node-kinds/{kind}` has the schemas of its nodes.")

    static let documentBody = Shape.either(
        .body(["document": .ref("Document")], optional: ["expected_version": version]),
        .ref("Document").about("A document by itself, also with `expected_version` in it."))

    private static let status = Shape.words(of: WorkflowRecord.Status.self)

    static let workflowListing = Shape.object([
        "id": .id("wf"), "name": .text, "description": .text, "status": status, "version": version,
        "created_at": .time, "updated_at": .time,
    ])

    static let workflow = Shape.object(
        [
            "id": .id("wf"), "name": .text, "description": .text, "status": status, "version": version,
            "created_at": .time, "updated_at": .time, "webhook_url": .text.orNull,
            "webhook_urls": .list(of: .object(["node": .text, "method": .text, "url": .text])),
        ],
        optional: ["nodes": .list(of: .object), "edges": .list(of: .object), "document": .ref("Document")])

    static let nodeKind = Shape.object(
        [
            "kind": .text, "title": .text, "description": .text, "is_trigger": .bool, "parameters": .text,
            "bodies": .list(of: .text),
        ], optional: ["schema": .object])

    static let pinBody = Shape.body(optional: [
        "connector": .text(1...200), "to": .text(1...200).about("An exact version."),
        "dry_run": .bool.about("Only tell what would change."),
    ])

    static let move = Shape.object([
        "workflow_id": .id("wf"), "name": .text, "connector": .text, "to": .text, "from_version": version,
        "version": version, "applied": .bool,
        "places": .list(of: .object(["pointer": .text, "before": .text, "after": .text])),
        "changes": .object.about("How the manifest differs, by the version that is left."),
        "problems": .list(of: .ref("Problem")),
    ])
}
