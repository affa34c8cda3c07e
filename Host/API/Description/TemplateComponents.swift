import PatchbayCore
import PatchbayJSON
import PatchbayMarketplace

extension Components {
    static let templateListing = Shape.object(listingMembers)

    private static let listingMembers: Shape.Members = [
        "id": .id("tpl"), "url": .uri.about("The address to keep."),
        "publisher": Shape.object(["id": .id("pub"), "name": .text]).orNull,
        "name": .text, "title": .text, "description": .text, "author": .text,
        "category": .words(of: TemplateCategory.self), "tags": .list(of: .text), "connectors": .list(of: .text),
        "version": .text, "installs": .whole.about("Ever."), "active_installations": .whole.about("Now."),
        "rating": templateRating,
        "deprecated": .text.orNull.about("Why it is not to be installed any more."),
        "index": .text.orNull.about("The index that offers it; null: it was published here."), "published_at": .time,
        "updated_at": .time,
    ]

    static let templateVersion = Shape.object(versionMembers)

    private static let versionMembers: Shape.Members = [
        "template_id": .id("tpl"), "name": .text, "version": .text,
        "state": .words(["draft"] + SubmissionState.allCases.map(\.rawValue)),
        "reasons": .text.orNull.about("What moderators said."), "created_by": .text.orNull, "created_at": .time,
        "submitted_at": .time.orNull, "decided_at": .time.orNull,
    ]

    static let templateDraft = templateVersion.requiring(["problems": .list(of: .ref("Problem"))])
    static let ownTemplate = templateVersion.requiring(["document": .object])
    static let listedTemplate = templateListing.requiring(["document": .object])
    static let submission = templateVersion.requiring(["tenant_id": .id("ten")])

    private static let connectorNeed = Shape.object([
        "id": .text, "version": .text, "installed": .text.orNull.about("The version that a workflow would get."),
        "permissions": .any.about("What the connector may, as its manifest says."),
    ])

    static let templatePreview = Shape.object([
        "name": .text, "version": .text,
        "graph": .object([
            "nodes": .list(of: .object(["id": .text, "type": .text, "uses": .text.orNull])),
            "edges": .list(of: .object(["source": .text, "target": .text, "port": .text.orNull])),
        ]),
        "credentials": .list(of: .object), "connectors": .list(of: connectorNeed), "parameters": .list(of: .object),
        "sample_input": .any, "expected": .any,
    ])

    /// What an installation and an update have in common.
    static let choices: Shape.Members = [
        "version": .text(1...64).about("The newest when absent."), "parameters": .object,
        "credentials": .map(to: .text).about("Names of credentials by slots."), "dry_run": .bool, "dryRun": .bool,
    ]

    static let templateInstallation = Shape.object([
        "id": .id("ins"), "template_id": .id("tpl"), "workflow_id": .id("wf"), "version": .text,
        "parameters": .object, "credentials": .object, "can_revert": .bool, "installed_by": .text,
        "installed_at": .time, "updated_at": .time,
    ])

    static let installed = templateInstallation.requiring(["update": .text.orNull])

    static let newInstallation = installed.requiring([
        "connectors_installed": .list(of: .text).about("Such as `acme@1.0.0`.")
    ])

    private static let connectorOffer = Shape.object([
        "version": .text.orNull.about("The newest published one that fits."), "signer": .text.orNull,
        "permissions": .any.about("What it may, as its manifest says."), "check_passed": .bool.orNull,
        "may_install": .bool.about("Whether you may install it with the template."),
        "obstacle": Shape.words(of: ConnectorOffers.Obstacle.self).orNull, "hint": .text.orNull,
    ])

    static let installationPlan = Shape.object([
        "ready": .bool, "problems": .list(of: .ref("Problem")),
        "missing": .object([
            "connectors": .list(of: connectorNeed.requiring(["offer": connectorOffer])),
            "credentials": .list(of: .object(["slot": .text, "candidates": .list(of: .text)])),
        ]),
        "connectors": .list(of: connectorNeed), "workflow": .any,
    ])

    static let templateUpdate = Shape.object(
        [
            "version": .text, "changes": .list(of: .object).about("Everything that either changed."),
            "conflicts": .list(of: .object), "problems": .list(of: .ref("Problem")), "workflow": .any,
        ], optional: ["installation": templateInstallation])
}

extension Shape {
    /// With further members that are always there.
    func requiring(_ members: Members) -> Shape {
        let more = Shape.object(members).schema
        var shape = self
        var properties = schema["properties"]?.object ?? [:]
        for member in more["properties"]?.object ?? [:] { properties[member.name] = member.value }
        shape.schema["properties"] = .object(properties)
        shape.schema["required"] = .array((schema["required"]?.array ?? []) + (more["required"]?.array ?? []))
        return shape
    }
}
