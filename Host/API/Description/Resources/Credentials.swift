import HTTPTypes
import PatchbayCore
import PatchbayJSON

extension DescriptionTable {
    private static let byIDOrName = "By its id or its name."

    static let credentials: [Description] = [
        Description(
            .get, "/credentials", "List credentials, without their secrets", .credentials, query: .noParameters,
            .ok(.page(of: .ref("Credential")))),
        Description(
            .post, "/credentials", "Store a credential", .credentials,
            body: .json(
                .body(
                    [
                        "name": .text(1...200), "kind": .words(of: CredentialKind.self), "fields": .map(to: .text),
                    ], optional: Components.credentialMembers)),
            .created(.ref("Credential")),
            errors: [.credentialNameTaken, .connectorRefused, .tenantNotActive, .keyUnavailable]),
        Description(
            .get, "/credentials/kinds", "List kinds of credentials with their forms", .credentials,
            query: .noParameters,
            .ok(
                .object([
                    "items": .list(
                        of: .object([
                            "kind": .words(of: CredentialKind.self), "title": .text, "schema": .object,
                            "connectors": .list(of: .object),
                        ]))
                ]))),
        Description(
            .get, "/credentials/:id", "Read a credential, without its secrets", .credentials, about: byIDOrName,
            query: .noParameters, .ok(.ref("Credential")), errors: [.credentialNotFound]),
        Description(
            .put, "/credentials/:id", "Change a credential", .credentials,
            about: byIDOrName + " What is left out stays as it is.",
            body: .json(
                .body(
                    optional: [
                        "name": .text(1...200), "fields": .map(to: .text),
                    ]).adding(Components.credentialMembers)),
            .ok(.ref("Credential")),
            errors: [
                .credentialNotFound, .credentialNameTaken, .credentialInUse, .connectorRefused, .tenantNotActive,
                .keyUnavailable,
            ]),
        Description(
            .post, "/credentials/:id/test", "Try a credential out", .credentials,
            about: byIDOrName + " One of the connector's actions that only read is called with it.",
            body: .optional(
                .body(optional: ["connector": .text(1...200), "operation": .text(1...200), "input": .object])),
            .ok(
                .object([
                    "operation": .text, "ok": .bool,
                    "error": Shape.object([
                        "code": .text, "message": .text, "http_status": .whole.orNull, "vendor_code": .text.orNull,
                    ]).orNull,
                ]), "How it went."),
            errors: [.credentialNotFound, .connectorRefused, .notReady, .keyUnavailable]),
        Description(
            .get, "/credentials/:id/used-by", "List the workflows and alerts that use a credential", .credentials,
            about: byIDOrName, query: .noParameters,
            .ok(
                .object([
                    "items": .list(
                        of: .object([
                            "workflow_id": .id("wf"), "name": .text, "version": Components.version, "newest": .bool,
                        ])), "alerts": .list(of: .object(["alert_id": .id("alert"), "name": .text])),
                ])), errors: [.credentialNotFound]),
        Description(
            .delete, "/credentials/:id", "Delete a credential", .credentials, about: byIDOrName,
            query: [.init("force", .bool, "Delete it though workflows or alerts use it.")], .done,
            errors: [.credentialNotFound, .credentialInUse]),
        Description(
            .post, "/credentials/:id/oauth/authorize", "Begin to authorise a credential", .credentials,
            body: .optional(.body(optional: ["return_to": .text(1...1_000).about("A path of this host.")])),
            .ok(.object(["url": .text, "expires_at": .time]), "Where to lead the browser."),
            errors: [.credentialNotFound, .consentNotPossible, .consentFailed, .keyUnavailable]),
        Description(
            .post, "/credentials/:id/oauth/revoke", "Take the authorisation of a credential back", .credentials,
            .ok(
                .object([
                    "credential": .ref("Credential"),
                    "confirmed": .bool.orNull.about("Whether the provider says so; null when it was not asked."),
                ])), errors: [.credentialNotFound, .consentNotPossible, .consentFailed, .keyUnavailable]),
        Description(
            .get, "/oauth/callback", "Take the provider's answer", .credentials,
            about: "Where the provider leads the browser back to. People see a page; who accepts JSON and no page gets "
                + "the credential, or an error.",
            .elsewhere,
            .init(status: 0, about: "A page, or JSON.", shape: .any, headers: [], isAnything: true)),
    ]
}

extension Components {
    static let credentialMembers: Shape.Members = [
        "connector": .text(1...200), "hosts": .list(of: .text), "settings": .object, "shared_with": .list(of: .text),
    ]

    static let credential = Shape.object([
        "id": .id("cred"), "name": .text, "kind": .words(of: CredentialKind.self), "connector": .text.orNull,
        "hosts": .list(of: .text), "settings": .object, "created_at": .time,
        "state": .words(of: CredentialRecord.State.self), "reason": .text.orNull,
        "shared_with": .list(of: .text).orNull.about("Roles that may use it; null: all."), "updated_at": .time,
    ])
}
