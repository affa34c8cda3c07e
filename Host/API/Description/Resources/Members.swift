import HTTPTypes
import PatchbayCore
import PatchbayJSON

extension DescriptionTable {
    static let members: [Description] = [
        Description(
            .get, "/members", "List the tenant's members", .members, query: .noParameters,
            .ok(.page(of: .ref("Member")))),
        Description(
            .put, "/members/:id", "Give a member another role", .members, body: .json(.body(["role": .text(1...200)])),
            .ok(.ref("Member")), errors: [.memberNotFound, .roleNotFound, .lastOwner, .forbidden]),
        Description(
            .delete, "/members/:id", "Remove a member", .members, .done,
            errors: [.memberNotFound, .lastOwner, .forbidden, .roleNotFound]),
        Description(
            .get, "/invitations", "List invitations that wait", .members, query: .noParameters,
            .ok(.page(of: .ref("Invitation")))),
        Description(
            .post, "/invitations", "Invite somebody", .members,
            body: .json(.body(["email": .text(1...1_000), "role": .text(1...200)])),
            .created(.ref("Invitation"), headers: []),
            errors: [.roleNotFound, .forbidden, .accountExists, .mailFailed, .tenantNotActive]),
        Description(
            .delete, "/invitations/:id", "Withdraw an invitation", .members, .done, errors: [.invitationNotFound]),
        Description(
            .get, "/roles", "List roles", .members, query: .noParameters, .ok(.page(of: .ref("Role")))),
        Description(
            .put, "/roles/:name", "Make or change a role", .members,
            body: .json(
                .body(
                    ["permissions": .list(of: .words(PermissionSet.ofTenants.permissions.map(\.rawValue)))],
                    optional: ["description": .text(1...200)])),
            .ok(.ref("Role")), errors: [.forbidden]),
        Description(
            .delete, "/roles/:name", "Delete a role", .members, .done, errors: [.roleNotFound, .roleInUse]),
        Description(
            .get, "/api-keys", "List API keys", .members, query: .noParameters, .ok(.page(of: .ref("APIKey"))),
            errors: [.forbidden]),
        Description(
            .post, "/api-keys", "Make an API key", .members, about: "`key` is shown this once.",
            body: .json(
                .body(
                    [
                        "name": .text(1...200),
                        "permissions": .list(of: .words(PermissionSet.ofTenants.permissions.map(\.rawValue))),
                    ],
                    optional: ["workflows": .list(of: .id("wf")), "expires_in_days": .whole(1...3_650)])),
            .created(.ref("APIKey"), headers: []), errors: [.forbidden, .workflowNotFound]),
        Description(
            .delete, "/api-keys/:id", "Revoke an API key", .members, .done, errors: [.apiKeyNotFound, .forbidden]),
    ]

    static let tenants: [Description] = [
        Description(
            .get, "/limits", "Read the tenant's share of the workers", .tenants, .ok(.ref("Share"))),
        Description(
            .put, "/limits", "Set the tenant's share of the workers", .tenants,
            about: "What is left out goes back to its default.",
            body: .json(
                .body(optional: [
                    "weight": .whole(1...Int64(TenantShare.heaviest)), "concurrency": .whole(1...1_000_000),
                    "labels": .list(of: .text),
                ])),
            .ok(.ref("Share"))),
        Description(
            .get, "/accounts", "List all accounts of the installation", .tenants, query: .page,
            .ok(.page(of: .ref("AccountListing")))),
        Description(
            .put, "/accounts/:id", "Change an account", .tenants,
            body: .json(.body(optional: ["is_operator": .bool, "is_disabled": .bool])), .ok(.ref("AccountListing")),
            errors: [.memberNotFound]),
    ]
}

extension Components {
    static let member = Shape.object([
        "account_id": .id("acc"), "email": .text, "name": .text, "role": .text, "totp": .bool, "joined_at": .time,
    ])

    static let invitation = Shape.object(
        [
            "id": .id("inv"), "email": .text, "role": .text, "created_by": .id("acc").orNull, "created_at": .time,
            "expires_at": .time,
        ], optional: ["token": .text.about("Where the installation sends no letters: hand it over.")])

    static let role = Shape.object([
        "name": .text, "description": .text, "permissions": .list(of: .text), "built_in": .bool,
    ])

    static let apiKey = Shape.object(
        [
            "id": .id("key"), "name": .text, "prefix": .text, "permissions": .list(of: .text),
            "workflows": .list(of: .id("wf")).orNull, "created_by": .id("acc").orNull, "created_at": .time,
            "expires_at": .time.orNull, "used_at": .time.orNull,
        ], optional: ["key": .text])

    static let share = Shape.object([
        "weight": .whole, "concurrency": .whole.orNull, "labels": .list(of: .text),
    ])
}
